"""Commands that only look make no call that could change anything: seen on the wire, and in AWS's own trail."""

from __future__ import annotations

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

    assert {name for name in user.interceptor.calls if "/" in name or "unknown" in name} == set()
    assert user.interceptor.changing[:2] == ["lambda:CreateAlias", "lambda:PublishVersion"]  # the first is the lock


def test_no_command_that_looks_makes_a_call_that_could_change_something(user: User, service: Service) -> None:
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0
    before, ledger = user.aws(), user.ledger.read_bytes()
    already = changes(user)
    made = 0

    for command in LOOKING:
        user.interceptor.well()
        answer = user(*command)

        assert "only looks" not in answer.err, command  # the session did not have to refuse
        assert user.interceptor.changing == [], command
        assert {call for call in user.interceptor.calls if "/" in call} == set(), command
        made += len(user.interceptor.calls)
    assert made > 50
    assert (user.aws(), user.ledger.read_bytes()) == (before, ledger)
    assert changes(user) - already == set()


def changes(user: User) -> set[tuple[str, str]]:
    """Return the latest changes by name and id in AWS's own trail; the embedded AWS is this test's alone meanwhile."""
    trail = user.client("cloudtrail")
    answers = (
        trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
        for name in CHANGES
    )
    events = (event for answer in answers for event in answer["Events"] if event["ReadOnly"] == "false")
    return {(event["EventName"], event["EventId"]) for event in events}


def test_the_trail_does_see_changes(user: User) -> None:
    already = changes(user)
    user.update(Timeout=11)

    assert [name for name, _ in changes(user) - already] == ["UpdateFunctionConfiguration"]
