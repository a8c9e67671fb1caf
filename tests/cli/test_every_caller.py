"""A function with a caller of every kind at once: all are named, those that can be are moved, and all is put back."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.http import Client
from tests.cli.every_caller import FOUND, STAY, EveryCaller
from tests.cli.user import User
from tests.support.standing import put_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

REASON = "reason: its owner moves it next week"
KEPT = f"accept: [{', '.join(f'{{rule: trigger:{kind}, {REASON}}}' for kind in sorted(STAY))}]\n"


@contextmanager
def requests(base: str, doors: dict[str, str]) -> Iterator[dict[str, list[int]]]:
    """Call every door again and again; yield what each answered."""
    answers: dict[str, list[int]] = {name: [] for name in doors}
    over, client = threading.Event(), Client()

    def call() -> None:
        while not over.is_set():
            for name, path in doors.items():
                answers[name].append(client.send("GET", base + path).status_code)
            over.wait(0.2)

    caller = threading.Thread(target=call)
    caller.start()
    try:
        yield answers
    finally:
        over.set()
        caller.join()


def listed(user: User) -> list[dict[str, Any]]:
    triggers: list[dict[str, Any]] = user("inspect", "--json").json["data"]["inventory"]["triggers"]
    return triggers


def triggers(user: User) -> list[tuple[str, str]]:
    """Return kind and qualifier of each trigger that delivers."""
    return sorted((each["kind"], each["qualifier"]) for each in listed(user) if each["enabled"])


def test_all_are_named_moved_and_put_back_while_requests_are_answered(
    run: Callable[..., Any],
    tmp_path: Path,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    service: str,
    embedded_aws: EmbeddedAws,
) -> None:
    every = EveryCaller(client, make_function, unique)
    aws.call("secretsmanager", "create_secret", Name=f"{unique}/keys", SecretString="k1:the-signing-secret")
    user = User(run, tmp_path, unique, every.arn, aws)
    user.configure(url=service, extra=KEPT)
    before = every.documents()

    assert triggers(user) == [(kind, "") for kind in FOUND]
    assert {each["kind"]: each["name"] for each in listed(user)} == every.names()

    with requests(embedded_aws.endpoint_url, every.doors()) as answers:
        assert user("proxy", "deploy", "--yes").code == 0
        moved = user("cutover", "--weights", "100", "--yes")
        there, after, elsewhere = triggers(user), every.documents(), put_back(aws, tmp_path)
        back = user("rollback", "--yes")

    new = next(each for each in after["function_url"] if each["FunctionUrl"] != every.url)["FunctionUrl"]
    assert moved.code in (0, 7)  # a slow machine sends too few requests for a verdict
    assert f"function URL of {unique}:live: create: {new}" in moved.err
    assert there == sorted([*((kind, "" if kind in STAY else "live") for kind in FOUND), ("function_url", "live")])
    assert [kind for kind in FOUND if kind in before and after[kind] == before[kind]] == []
    assert (back.code, elsewhere) == (0, [])
    assert json.loads(json.dumps(every.documents(), default=str)) == json.loads(json.dumps(before, default=str))
    assert triggers(user) == [(kind, "") for kind in FOUND]
    assert {name: {*statuses} for name, statuses in answers.items()} == {name: {200} for name in every.doors()}
