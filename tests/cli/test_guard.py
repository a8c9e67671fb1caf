"""The gate that closes where the account does not allow what would put a canary back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.sandbox.unkindness import KIND, Unkindness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox

ACCEPTED = "accept: [{rule: no-guard, reason: two of us watch it}]\n"


@pytest.fixture
def deny(embedded_aws: EmbeddedAws) -> Iterator[Callable[..., None]]:
    yield lambda *calls: embedded_aws.be(Unkindness(denied=calls))
    embedded_aws.be(KIND)


def _ours(plan: dict[str, Any]) -> list[str]:
    """Return what stands in the way but that nobody may read the schedules that other tests have made here."""
    return [each for each in plan["blockers"] if not each.startswith("trigger:unknown: unknown caller `schedule ")]


def test_the_plan_says_so_and_asks_for_acceptance(user: User, service: str, deny: Callable[..., None]) -> None:
    user.configure(url=service)
    assert user("proxy", "deploy", "--events", "all", "--yes").code == 0
    deny("scheduler:GetSchedule")

    planned = user("plan", "--phase", "cutover", "--json").json["data"]["plan"]
    acted = user("cutover", "--yes")
    user.configure(url=service, extra=ACCEPTED)
    accepted = user("plan", "--phase", "cutover", "--json").json["data"]["plan"]

    text = "no-guard: nothing would put the weights back by itself: scheduler:GetSchedule"
    assert [blocker[: len(text)] for blocker in _ours(planned)] == [text]
    assert (acted.code, text in acted.err) == (3, True)
    assert _ours(accepted) == []
    assert any(warning.startswith("accepted (two of us watch it): no-guard: ") for warning in accepted["warnings"])


def test_rotating_a_key_is_not_held_half_way(user: User, service: str) -> None:
    user.configure(url=service)

    answer = user("proxy", "rotate-key", "--weights", "10", "--yes")

    assert answer.code == 2
    assert "error: `--weights` must end in 100: " in answer.err
