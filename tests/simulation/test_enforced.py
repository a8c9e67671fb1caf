"""Each phase runs under just the policy that `policy` prints for it, and not with one permission less.

IAM is in the session: a call that the policy does not allow is refused, as AWS would. `make test` takes one permission
by a seed from each phase, `make chaos` every one.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.permissions import Place, made, permissions
from lambda_migrate.aws.session import READ_PREFIXES
from lambda_migrate.errors import NotAllowed
from lambda_migrate.workflow.permissions import needed
from tests.simulation.account import opened
from tests.simulation.migrating import Migrating
from tests.simulation.session import pascal
from tests.support.chaos import FULL
from tests.support.permissions import refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lambda_migrate.aws.permissions import Permission
    from tests.simulation.migrating import Outcome

DAY = 86400.0
JOURNEY = ("freeze", "proxy", "cutover", "rotate", "rotate-finish", "direct", "retire")
PLACE = Place("aws", "eu-west-1", "123456789012")
DONE_WITHOUT = {
    "cutover": {"iam:DeleteRole", "iam:DeleteRolePolicy"},
    "rotate": {"iam:DeleteRole", "iam:DeleteRolePolicy", "lambda:InvokeFunction"},
    "rotate-finish": {"lambda:UpdateAlias"},
    "direct": {"lambda:UpdateAlias"},
    "retire": {"lambda:UpdateAlias", "lambda:CreateAlias"},
}
"""What a phase gets through without: the guard's role stays, as a leftover; the probe is not asked where the service
answers from here; the lock is not renewed."""
SEED = int(os.environ.get("CHAOS_SEED", "1"))


class Limited:
    """Somebody who migrates, and may do just what a test says; None is everything."""

    def __init__(self, folder: Path) -> None:
        self.may: tuple[Permission, ...] | None = None
        self.used: set[str] = set()
        self.world = opened()
        self.we = Migrating(self.world, folder, asked=self._ask)

    def _ask(self, service: str, operation: str, parameters: Any) -> None:
        calls = list(made(service, pascal(operation), parameters))
        self.used |= {each.action for call in calls for each in permissions(call, PLACE)}
        missing = refused(calls, self.may, PLACE) if self.may is not None else []
        if missing:
            raise NotAllowed(f"{missing[0]} is not allowed", hint=f"allow `{missing[0]}`, then run the same command")

    def policy(self, phase: str) -> tuple[Permission, ...]:
        self.may = None
        context = self.we.context()
        context.asked = None
        return needed(context, phase).permissions

    def type(self, phase: str, allowed: Iterable[Permission]) -> Outcome:
        self.may, self.used = tuple(allowed), set()
        return self.we(phase)


def reached(limited: Limited, phase: str) -> None:
    """Let time pass before what waits for it."""
    if phase == "retire":
        limited.world.time.advance(3 * DAY)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each phase does beside looking, found by letting it, under just its policy."""
    limited, used = Limited(tmp_path_factory.mktemp("free")), {}
    for phase in JOURNEY:
        reached(limited, phase)
        policy = limited.policy(phase)
        outcome = limited.type(phase, policy)
        assert outcome.well, (phase, outcome.error)
        used[phase] = sorted(each for each in limited.used if _changes(each))
    return used


def _changes(action: str) -> bool:
    return not action.partition(":")[2].startswith((*READ_PREFIXES, "GET"))


@pytest.mark.chaos
@pytest.mark.parametrize("phase", [phase for phase in JOURNEY if phase != "freeze"])
def test_a_phase_does_not_run_with_one_permission_less_and_then_does(
    phase: str, changing: dict[str, list[str]], tmp_path: Path
) -> None:
    print(f"CHAOS_SEED={SEED}")
    asked = [each for each in changing[phase] if each not in DONE_WITHOUT.get(phase, ())]
    for taken in asked if FULL else random.Random(f"{SEED} {phase}").sample(asked, 1):
        (folder := tmp_path / taken.replace(":", "-")).mkdir()
        limited = Limited(folder)
        for before in JOURNEY[: JOURNEY.index(phase)]:
            limited.may = None
            assert limited.we(before).well
        reached(limited, phase)
        policy = limited.policy(phase)

        stopped = limited.type(phase, (each for each in policy if each.action != taken))
        through = limited.type(phase, policy)

        assert not stopped.well, taken
        assert taken in str(stopped.error), stopped.error
        assert through.well, (taken, through.error)
