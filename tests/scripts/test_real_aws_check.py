"""The program that asks a real account runs to its end on the embedded AWS, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.real_aws.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

PROGRAM = Path(__file__).parents[2] / "scripts" / "real_aws_check.py"


def run(embedded_aws: EmbeddedAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), "--endpoint-url", embedded_aws.endpoint_url, *arguments],
        env={**os.environ, **embedded_aws.environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_asks_prints_json_and_deletes_what_it_made(embedded_aws: EmbeddedAws, client: Callable[[str], Any]) -> None:
    asked = [
        "version-equals-latest",
        "pending-subscription",
        "rest-stage",
        "deleted-secret",
        "async-destinations",
        "connection-key",
        "build-source",
    ]
    done = run(embedded_aws, "--only", ",".join(asked), "--json", "--yes")

    document = json.loads(done.stdout)
    functions = [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]]
    roles = [each["RoleName"] for each in client("iam").list_roles()["Roles"]]
    assert done.returncode == 0, done.stderr
    assert document["left"] == []
    assert [answer["question"] for answer in document["answers"]] == [
        *["version-equals-latest"] * 2,
        *["pending-subscription"] * 3,
        *["rest-stage"] * 6,
        *["deleted-secret"] * 2,
        *["async-destinations"] * 2,
        "connection-key",
        *["build-source"] * 2,
    ]
    assert document["answers"][0]["text"] == "version 2 as listed equals $LATEST as read: True"
    assert document["answers"][4]["text"].startswith("Unsubscribe: InvalidParameter")
    assert [name for name in functions + roles if name.startswith("lm-check-")] == []


def test_every_question_is_on_both_pages() -> None:
    asked = [question.name for question in QUESTIONS]
    docs = Path(__file__).parents[2] / "docs"

    pages = [
        re.findall(r"^\| `([a-z-]+)` \|", (docs / name).read_text(), re.MULTILINE)
        for name in ("real-aws.md", "verified.md")
    ]

    assert pages == [asked, asked]


def test_an_unknown_question_is_a_wrong_usage(embedded_aws: EmbeddedAws) -> None:
    done = run(embedded_aws, "--only", "the-weather", "--json", "--yes")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no question has that name\nhint: `--list` lists them\n"
