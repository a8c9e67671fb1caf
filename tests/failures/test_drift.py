"""Somebody else changes things: between the plan and the run, in the middle of it, and before it is rolled back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.intercepting_proxy import Answer
from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from tests.failures.user import User
    from tests.support.service import Service

pytestmark = pytest.mark.sandbox

AGAIN = "make it again with `lambda-migrate plan` and look at what it says now"


@pytest.fixture
def deployed(user: User, service: Service) -> User:
    """A user whose proxy version is published."""
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0
    return user


def touch(user: User, version: str = "1", weights: dict[str, float] | None = None) -> None:
    """Point the alias elsewhere, as a colleague would on the console."""
    routing = {"AdditionalVersionWeights": weights or {}}
    user.client("lambda").update_alias(
        FunctionName=user.function, Name="live", FunctionVersion=version, RoutingConfig=routing
    )


def test_a_saved_plan_whose_world_moved(deployed: User) -> None:
    user = deployed
    user.client("lambda").create_alias(FunctionName=user.function, Name="live", FunctionVersion="1")
    assert user("plan", "--phase", "cutover", "--out", "saved.json").code == 0
    touch(user, "1", {"2": 0.25})

    told = refused(user, "cutover", "--plan", "saved.json", "--yes")

    made = json.loads((user.folder / "saved.json").read_text())
    assert told == Told(
        5, "stale-plan", f"the plan {made['id']} is stale: `{user.function}` or its triggers changed since", AGAIN
    )


def test_a_saved_plan_of_a_function_that_was_deployed_since(deployed: User) -> None:
    user = deployed
    assert user("plan", "--phase", "cutover", "--out", "saved.json").code == 0
    user.update(Timeout=11)

    assert refused(user, "cutover", "--plan", "saved.json", "--yes").kind == "stale-plan"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"not json", "`saved.json` is not a saved plan"),
        (b"[]", "`saved.json` is not a saved plan"),
        (b"\xff\xfe", "`saved.json` is not a saved plan"),
        (b"{}", "plan has schema None, this version reads 1"),
        (b'{"schema": 99}', "plan has schema 99, this version reads 1"),
        (b'{"schema": 1}', "not a plan: 'phase'"),
        (None, "`saved.json` cannot be read: no such file or directory"),
    ],
)
def test_a_file_that_is_no_plan(content: bytes | None, error: str, user: User) -> None:
    if content is not None:
        (user.folder / "saved.json").write_bytes(content)

    told = refused(user, "cutover", "--plan", "saved.json", "--yes")

    assert (told.code, told.kind, told.error.lower()) == (2, "configuration", error.lower())


def test_a_saved_plan_that_was_edited(deployed: User) -> None:
    user = deployed
    assert user("plan", "--phase", "cutover", "--out", "saved.json").code == 0
    saved = user.folder / "saved.json"
    saved.write_text(saved.read_text().replace('"bake": 1.0', '"bake": 0.0'))

    told = refused(user, "cutover", "--plan", "saved.json", "--yes")

    assert (told.code, told.error) == (2, "the plan was changed after it was made")


def test_an_alias_that_is_changed_between_the_plan_and_the_change(deployed: User) -> None:
    """Right before the weight is moved: the condition fails, the look shows who was there, and theirs is kept."""
    user = deployed

    def meddle(call: str) -> None:
        if call == "lambda:UpdateAlias" and any(each["Name"] == "live" for each in user.aws()["aliases"]):
            user.interceptor.arrived = lambda _call: None
            touch(user, "2")

    user.interceptor.arrived = meddle
    answer = user("cutover", "--weights", "50,100", "--yes", "--json")

    assert answer.code == 5
    assert answer.json["errors"] == [
        {
            "code": "drift",
            "message": "02-shift_weight (alias live: 1 → 1, 50 % on 2): found alias live: 2",
            "hint": "somebody else changed it; put it back or roll the run back, then run `lambda-migrate plan` again",
            "explain": "lambda-migrate explain drift",
        }
    ]
    (alias,) = (each for each in user.aws()["aliases"] if each["Name"] == "live")
    assert (alias["FunctionVersion"], alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})) == ("2", {})


def test_an_alias_that_is_changed_while_it_is_watched(deployed: User) -> None:
    user = deployed
    seen: list[str] = []

    def touch_once_watched(call: str) -> None:
        seen.append(call)
        if call == "monitoring:GetMetricData" and "lambda:UpdateAlias" in seen:
            touch(user)

    user.interceptor.arrived = touch_once_watched

    answer = user("cutover", "--weights", "50,100", "--yes")

    assert (answer.code, answer.error) == (
        5,
        "02-shift_weight (alias live: 1 → 1, 50 % on 2): found alias live: 1",
    )


def test_a_rollback_does_not_undo_what_somebody_else_did(deployed: User) -> None:
    user = deployed
    paused = user("cutover", "--weights", "50,100", "--yes")
    assert paused.code == 7
    touch(user, "2")

    told = refused(user, "rollback", "--yes")

    assert (told.code, told.kind) == (5, "drift")
    assert told.error == (
        "1 step could not go back: 02-shift_weight (alias live: 1 → 1, 50 % on 2): found alias live: 2"
    )
    assert told.hint.endswith("or leave it as it is: `lambda-migrate rollback --skip 02-shift_weight`")


def test_code_that_is_deployed_in_the_middle(user: User) -> None:
    """A change of settings slips in: the publication's condition fails, and what is published then has that change."""

    def deploy(call: str) -> None:
        if call == "lambda:PublishVersion":
            user.interceptor.arrived = lambda _call: None
            user.update(Timeout=12)

    user.interceptor.arrived = deploy

    answer = user("proxy", "deploy", "--yes")

    assert answer.code == 0, answer.err
    assert [version["Timeout"] for version in user.aws()["versions"]] == [12, 12, 12]
    assert user.aws()["latest"]["Handler"] == "index.handler"


def test_a_condition_that_never_holds(user: User) -> None:
    user.interceptor.fail("lambda:PublishVersion", Answer(412, "PreconditionFailedException", "The RevisionId differs"))

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, answer.hint) == (1, "somebody changed it at the same moment; run the command again")
    assert user.story()[-1] == "undone 01-publish_version"


def test_a_proxy_that_somebody_put_on_latest(deployed: User) -> None:
    user = deployed
    proxied: dict[str, Any] = user.aws()["versions"][-1]
    user.update(
        Handler=proxied["Handler"],
        Layers=[layer["Arn"] for layer in proxied["Layers"]],
        Environment=proxied["Environment"],
    )

    told = refused(user, "proxy", "deploy", "--events", "non-api", "--yes")

    assert told.code == 3
    assert re.match(r"latest-not-restored: ", told.error)
