"""Names and messages that we did not write, full of what commands a terminal: whole screens show them as they are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.intercepting_proxy import Answer

if TYPE_CHECKING:
    from tests.failures.service import Service
    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

HOSTILE = "\x1b[2J\x1b]8;;https://example.com\x07\r[red]x[/red]\x9b1A\u202e\u2066\u200b\nerror: forged"
SEEN = "\\x1b[2J\\x1b]8;;https://example.com\\x07\\x0d[red]x[/red]\\x9b1A\\u202e\\u2066\\u200b\\x0aerror: forged"
FLOWING = SEEN.replace("\\x0a", " ")
"""What a line feed is in a sentence that wraps: a space."""
OURS = re.compile(r"\x1b\[[\d;]+m")
WIDE = 400


def described(change: dict[str, Any]) -> Any:
    """Return what changes a function's description on its way from AWS."""

    def changed(document: dict[str, Any]) -> dict[str, Any]:
        document["Configuration"] |= change
        return document

    return changed


def test_what_a_function_is_made_of(user: User) -> None:
    role = f"arn:aws:iam::000000000000:role/{HOSTILE}"
    layer = f"arn:aws:lambda:us-east-1:000000000000:layer:{HOSTILE}:1"
    facts = {"Handler": HOSTILE, "Runtime": HOSTILE, "Role": role, "Layers": [{"Arn": layer}]}
    user.interceptor.changes["lambda:GetFunction"] = described(facts)

    answer = user("inspect", typed="", columns=WIDE)
    package = re.search(r"zip, \d+ B, sha256 \S+", answer.out)
    assert package
    assert answer.out == (
        f"{user.function}  ·  000000000000 / us-east-1\n"
        "\n"
        f"  runtime   {SEEN}, 128 MB, 10 s, x86_64\n"
        f"  handler   {SEEN}\n"
        f"  package   {package[0]}\n"
        f"  layers    {SEEN}:1\n"
        f"  role      {SEEN}\n"
        "  settings  1 environment variable\n"
        "  versions  none published\n"
        "  aliases   none\n"
        "\n"
        "Triggers\n"
        "└── none was found\n"
    )
    assert json.loads(user("inspect", "--json").out)["data"]["inventory"]["function"]["handler"] == HOSTILE


def test_a_plan_that_one_agrees_to(user: User, service: Service) -> None:
    user.configure(url=service.url)
    user.interceptor.changes["lambda:GetFunction"] = described({"Handler": HOSTILE})

    wide = user("plan", typed="", columns=WIDE).out
    steps = [line for line in wide.splitlines() if "handler" in line and "$LATEST" in line]
    assert [line.partition("$LATEST")[2] for line in steps] == [
        f" of {user.function}: handler {FLOWING} → lambda_migrate_proxy.handler",
        f" of {user.function}: handler lambda_migrate_proxy.handler → {FLOWING}",
    ]
    for columns in (60, 80):
        answer = user("plan", typed="", columns=columns, environ={"TERM": "xterm"})
        assert not {char for char in OURS.sub("", answer.out) if not char.isprintable()} - {"\n"}
        assert [line for line in OURS.sub("", answer.out).splitlines() if line.startswith("error:")] == []


@pytest.mark.parametrize("typed", [None, ""], ids=["for a pipe", "for a person"])
def test_what_aws_says_of_an_error(user: User, typed: str | None) -> None:
    said = HOSTILE.replace("\n", " ").replace("\r", " ")
    user.interceptor.fail("lambda:GetFunction", Answer(400, "InvalidParameterValueException", said))

    answer = user("plan", typed=typed, columns=WIDE)

    seen = FLOWING.replace("\\x0d", " ")
    assert (answer.code, answer.out) == (1, "")
    assert answer.error == f"lambda:GetFunction `{user.function}` failed: {seen}"
    assert not {char for char in answer.err if not char.isprintable()} - {"\n"}


def test_what_a_ledger_holds(user: User) -> None:
    function = f"arn:aws:lambda:us-east-1:000000000000:function:{HOSTILE}"
    user.write_ledger(account="000000000000", region="us-east-1", function=function)

    assert user("history", typed="", columns=WIDE).out == (
        f"1  2026-03-01 12:00:00Z  root  ·  ledger of arn:aws:lambda:us-east-1:000000000000:function:{SEEN}\n"
    )
    flowing = f"arn:aws:lambda:us-east-1:000000000000:function:{FLOWING}"
    assert user("status", typed="", columns=WIDE).err == (
        f"error: `ledger.yaml` is about function `{flowing}`, migration.yaml names `{user.function}`\n"
        "\n"
        "hint: check `function` and `ledger` in migration.yaml\n"
    )


def test_who_holds_a_lock(user: User) -> None:
    user.write_ledger(
        account="000000000000",
        region="us-east-1",
        function=f"arn:aws:lambda:us-east-1:000000000000:function:{user.function}",
    )
    line = HOSTILE.replace("\n", "")
    holder = {"who": line, "host": line, "pid": 1, "command": line, "since": line}
    (user.folder / "ledger.lock").write_text(json.dumps(holder))

    seen = SEEN.replace("\\x0a", "")
    told = f"{seen} on {seen} (process 1), `{seen}`, since {seen}"
    assert user("status", typed="", columns=WIDE).out.splitlines()[-2:] == [
        f"Held by {told}",
        "  (if it is gone for good, `lambda-migrate unlock` evicts it)",
    ]
    assert user("unlock", columns=WIDE, typed="n\n").err.splitlines()[0] == f"`ledger.yaml` is held by {told}."


def test_what_a_user_typed(user: User) -> None:
    answer = user("explain", HOSTILE, typed="", columns=WIDE)

    assert answer.err == (f"error: unknown topic `{FLOWING}`\n\nhint: `lambda-migrate explain` lists the topics\n")
