"""A phase calls what its policy allows, and its policy allows what it calls: on the way there and on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.permissions import Place, made
from lambda_migrate.aws.session import READ_PREFIXES
from lambda_migrate.workflow.permissions import needed
from tests.simulation.account import opened
from tests.simulation.migrating import Command, Migrating
from tests.simulation.session import pascal
from tests.support.permissions import refused, unused

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.aws.permissions import Call, Permission

DAY = 86400.0
JOURNEY = ("freeze", "proxy", "cutover", "rotate", "rotate-finish", "direct", "retire")
PLACE = Place("aws", "eu-west-1", "123456789012")


class Asking:
    """Somebody who migrates, and whose calls are noted."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[Call] = []
        self.world = opened()
        self.we = Migrating(self.world, folder, asked=self._note)

    def _note(self, service: str, operation: str, parameters: Any) -> None:
        self.calls += made(service, pascal(operation), parameters)

    def policy(self, phase: str) -> tuple[Permission, ...]:
        context = self.we.context()
        context.asked = None
        return needed(context, phase).permissions

    def type(self, command: str, **options: Any) -> list[Call]:
        self.calls = []
        outcome = self.we(Command(command, tuple(options.items())))
        assert outcome.well, (command, outcome.error)
        return self.calls


def test_each_phase_calls_what_its_policy_allows(tmp_path: Path) -> None:
    asking = Asking(tmp_path)
    for phase in JOURNEY:
        if phase == "retire":
            asking.world.time.advance(3 * DAY)
        policy = asking.policy(phase)
        calls = asking.type(phase)
        assert refused(calls, policy, PLACE) == [], phase


def test_what_was_written_on_the_first_day_suffices_to_the_end(tmp_path: Path) -> None:
    asking = Asking(tmp_path)
    policies = {phase: asking.policy(phase) for phase in JOURNEY if phase != "rotate-finish"}
    for phase, policy in policies.items():
        if phase == "retire":
            asking.world.time.advance(3 * DAY)
        assert refused(asking.type(phase), policy, PLACE) == [], phase


def test_the_way_back_of_a_phase_calls_what_its_policy_allows(tmp_path: Path) -> None:
    asking = Asking(tmp_path)
    policies: list[Permission] = []
    everything: list[Call] = []
    for phase in ("proxy", "cutover", "rotate", "direct"):
        policies += asking.policy(phase)
        everything += asking.type(phase)
        if phase == "rotate":
            continue
        calls = asking.type("rollback", last=True)
        assert refused(calls, policies, PLACE) == [], phase
        everything += calls + asking.type(phase)

    everything += asking.type("rollback")
    assert refused(everything, policies, PLACE) == []
    asking.world.time.advance(3 * DAY)
    policy = asking.policy("cleanup")
    calls = asking.type("cleanup")
    assert refused(calls, policy, PLACE) == []
    idle = {each.action for each in unused(everything + calls, policies, PLACE) if _changes(each.action)}
    assert idle == set()


def _changes(action: str) -> bool:
    return not action.partition(":")[2].startswith((*READ_PREFIXES, "GET"))
