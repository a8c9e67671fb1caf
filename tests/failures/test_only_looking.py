"""Commands that only look make no call that could change anything: seen on the wire, and in AWS's own trail."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.failures.user import User
    from tests.support.service import Service

pytestmark = pytest.mark.sandbox

CHANGES = ("CreateAlias", "UpdateAlias", "PublishVersion", "PublishLayerVersion", "UpdateFunctionConfiguration")
LOOKING = (
    ["inspect"],
    ["doctor"],
    ["status"],
    ["history"],
    ["verify"],
    ["plan"],
    ["plan", "--phase", "proxy", "--events", "non-api"],
    ["plan", "--phase", "cutover", "--out", "saved.json"],
    ["plan", "--phase", "direct"],
    ["plan", "--phase", "retire"],
    ["proxy", "deploy", "--events", "non-api", "--dry-run"],
    ["proxy", "rotate-key", "--dry-run"],
    ["cutover", "--dry-run"],
    ["cutover", "--direct", "--dry-run"],
    ["retire", "--dry-run"],
    ["rollback", "--dry-run"],
    ["service", "deploy", "--dry-run"],
)


def test_every_name_on_the_wire_is_known(user: User) -> None:
    """A call without a name would be a hole in the proof."""
    assert user("proxy", "deploy", "--yes").code == 0

    assert {name for name in user.middleman.calls if "/" in name or "unknown" in name} == set()
    assert user.middleman.changing[0] == "lambda:PublishVersion"


def test_no_command_that_looks_makes_a_call_that_could_change_something(user: User, service: Service) -> None:
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0
    before, ledger = user.aws(), user.ledger.read_bytes()
    since = now()
    made = 0

    for command in LOOKING:
        user.middleman.well()
        answer = user(*command)

        assert "only looks" not in answer.err, command  # the session did not have to refuse
        assert user.middleman.changing == [], command
        assert {call for call in user.middleman.calls if "/" in call} == set(), command
        made += len(user.middleman.calls)
    assert made > 50
    assert (user.aws(), user.ledger.read_bytes()) == (before, ledger)
    assert changed(user, since) == []


def changed(user: User, since: datetime) -> list[str]:
    """Return the changes since then that AWS's own trail knows of; the embedded AWS is this test's alone meanwhile."""
    trail = user.client("cloudtrail")
    answers = (
        trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
        for name in CHANGES
    )
    events = (event for answer in answers for event in answer["Events"] if event["ReadOnly"] == "false")
    return [event["EventName"] for event in events if event["EventTime"] > since]


def now() -> datetime:
    """Return a moment after which the trail, which counts seconds, tells what comes from what was."""
    time.sleep(1.1)
    return datetime.now(UTC)


def test_the_trail_does_see_changes(user: User) -> None:
    since = now()
    time.sleep(1.1)
    user.update(Timeout=11)

    assert changed(user, since) == ["UpdateFunctionConfiguration"]
