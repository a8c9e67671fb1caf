"""A guard that could not be removed with the canary that it guarded: told, and gone with the next command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.account import opened
from tests.simulation.faults import Fault
from tests.simulation.migrating import Command, Migrating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulation.world import World

EXPIRED = "the credentials of `arn:aws:iam::123456789012:user/alice` have expired"


def guards(world: World) -> list[str]:
    """Return the schedules and roles of guards that AWS has."""
    things = [*world.services.scheduler.schedules.truth, *world.services.iam.roles.truth]
    return [name for name in things if name.endswith("-guard")]


@pytest.mark.parametrize(
    ("call", "command"),
    [
        ("scheduler:DeleteSchedule", "rollback"),
        ("scheduler:DeleteSchedule", "cleanup"),
        ("iam:DeleteRolePolicy", "cleanup"),
        ("iam:DeleteRole", "proxy"),
    ],
)
def test_a_guard_that_expired_credentials_left_is_removed_by_the_next_command(
    call: str, command: str, tmp_path: Path
) -> None:
    world = opened(8)
    we = Migrating(world, tmp_path)
    for name, fault in (("proxy", []), ("cutover", [Fault("expired", 1, "scheduler:UpdateSchedule")])):
        we(Command(name), *fault)
    back = we(Command("rollback"), Fault("expired", 1, call))
    found, told = guards(world), we.said

    assert (back.how, len(found)) == ("done", 1)
    assert f"the guard: {EXPIRED}; `lambda-migrate cleanup` removes it" in " ".join(told.split())
    again = we(Command(command))
    assert (again.how, again.error, guards(world)) == ("done", None, [])


def test_a_guard_that_never_came_about_leaves_no_role(tmp_path: Path) -> None:
    world = opened(8)
    we = Migrating(world, tmp_path)
    we(Command("proxy"))
    refused = we(Command("cutover"), Fault("expired", 1, "iam:PutRolePolicy"))

    assert (refused.how, len(guards(world))) == ("refused", 1)
    assert refused.error is not None
    assert refused.error.message == EXPIRED  # to accept `no-guard` would not help
    assert we(Command("rollback")).well
    assert guards(world) == []
