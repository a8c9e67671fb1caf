"""Asks a real AWS account what no emulator can answer for lambda-migrate.

    python scripts/real_aws_check.py --profile test --region eu-west-1 [--only alias-lag,mapping] [--slow] [--yes]

Makes only resources named ``lm-check-…`` and deletes them at the end, also after an error or Ctrl-C; what could not be
deleted is listed. Takes about 13 minutes and costs under 0.06 USD; with ``--slow`` 48 minutes and under 0.16 USD. Use
an account that nobody depends on: it makes roles, a function, an HTTP API without authorization, topics, queues, a
rule, and a build that is stopped at once.

Needs boto3 and this repository. docs/real-aws.md says what each answer means for lambda-migrate; docs/verified.md is
where answers are written down.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.real_aws.questions import QUESTIONS, Question
from scripts.real_aws.world import Answer, World


def main() -> int:
    """Ask, print the answers, and clean up; 0 where every question was answered."""
    options = _options()
    chosen = [each for each in QUESTIONS if _asked(each, options)]
    if not options.json:
        print(__doc__)
    if not chosen:
        print("error: no question has that name\nhint: `--list` lists them", file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(f"{each.name:24} {'slow  ' if each.slow else ''}{each.text}" for each in QUESTIONS))
        return 0
    if not options.yes and input("Make these resources in this account? [y/N] ").strip().lower() not in ("y", "yes"):
        print("cancelled")
        return 2
    world = World.of(options.profile, options.region, options.endpoint_url)
    began = time.monotonic()
    try:
        world.prepare()
        print(f"account {world.account}, region {world.region}, everything is named {world.name}", file=sys.stderr)
        answers = [answer for question in chosen for answer in _ask(question, world, as_json=options.json)]
    finally:
        left = [] if options.keep else world.clean_up()
    if options.json:
        print(json.dumps({"answers": [asdict(each) for each in answers], "left": left}, indent=2))
    print(
        f"{len(answers)} answers in {time.monotonic() - began:.0f} s; left behind: {left or 'nothing'}", file=sys.stderr
    )
    return 1 if left or any(each.open for each in answers) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--profile", help="AWS profile")
    parser.add_argument("--region", help="AWS region")
    parser.add_argument("--endpoint-url", help="an emulator, to try the script itself")
    parser.add_argument("--only", default="", help="names of questions, with commas between them")
    parser.add_argument("--slow", action="store_true", help="ask the slow ones too")
    parser.add_argument("--list", action="store_true", help="list the questions and stop")
    parser.add_argument("--keep", action="store_true", help="delete nothing at the end")
    parser.add_argument("--json", action="store_true", help="print the answers as JSON on standard output")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args()


def _asked(question: Question, options: argparse.Namespace) -> bool:
    names = [name for name in options.only.split(",") if name]
    return question.name in names if names else options.slow or options.list or not question.slow


def _ask(question: Question, world: World, *, as_json: bool) -> list[Answer]:
    """Ask one question; an error of it is its answer, and the next one is asked."""
    if not as_json:
        print(f"--- {question.name}: {question.text}", flush=True)
    try:
        answers = [Answer(question.name, text) for text in question.ask(world)]
    except Exception as error:  # noqa: BLE001  # whatever AWS says is an answer here
        traceback.print_exc(limit=2)
        answers = [Answer(question.name, f"{type(error).__name__}: {error}", open=True)]
    if not as_json:
        for answer in answers:
            print(f"{answer.question:24} {answer.text}", flush=True)
    return answers


if __name__ == "__main__":
    sys.exit(main())
