"""The simulation's requests, answers and refusals are those of botocore's service models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulation.account import opened
from tests.simulation.faults import Fault
from tests.simulation.migrating import Command, Migrating
from tests.simulation.refusals import Refused
from tests.simulation.service_models import may_refuse, problems
from tests.simulation.unkindness import Unkindness

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulation.world import World

DAY = 86_400.0
WALK = (
    "freeze",
    "proxy",
    "cutover",
    "rotate",
    "rotate-finish",
    "direct",
    "lift",
    Command("rollback"),
    3 * DAY,
    "cleanup",
)
UNKIND = Unkindness(lag=1.0, slow=20.0, spread=True, confirms=5.0, versions_kept=1, role_known=5.0)


def walked(world: World, folder: Path, **options: Any) -> list[str]:
    """Go all the way and back; return what each command came to."""
    we = Migrating(world, folder, **options)
    told = []
    for each in WALK:
        if isinstance(each, float):
            world.time.advance(each)
        else:
            outcome = we(each, Fault("lost after", 3, "lambda:UpdateAlias"), Fault("failed after", 1, "sns:Subscribe"))
            told.append(f"{each}: {outcome.how}{outcome.error or ''}")
    return told


@pytest.mark.parametrize("unkind", [Unkindness(), UNKIND], ids=["kind", "unkind"])
def test_every_request_and_every_answer_is_as_the_model_has_it(tmp_path: Path, unkind: Unkindness) -> None:
    found: dict[str, None] = {}
    seen: set[str] = set()

    def check(service: str, operation: str, given: Any, answer: Any) -> None:
        seen.add(f"{service}:{operation}")
        found.update(dict.fromkeys(problems(service, operation, given, answer)))

    told = walked(opened(3, unkind), tmp_path, check=check)

    assert list(found) == []
    assert [each for each in told if not each.endswith(": done")] == []
    assert len(seen) > 60


def test_what_is_refused_is_refused_as_the_model_has_it(tmp_path: Path) -> None:
    world, odd = opened(3, UNKIND), []
    answered, refused = world.answer, set()

    def answer(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            return answered(service, operation, parameters)
        except Refused as error:
            refused.add(error.code)
            if not may_refuse(service, operation, error.code):
                odd.append(f"{service}:{operation} {error.code}")
            raise

    world.answer = answer  # type: ignore[method-assign]

    walked(world, tmp_path)

    assert odd == []
    assert len(refused) > 4


def test_a_request_or_an_answer_that_is_otherwise_is_seen() -> None:
    alias = {"FunctionName": "orders", "Name": "live"}

    assert problems("lambda", "get_alias", alias, {"Name": "live"}) == []
    assert len(problems("lambda", "get_alias", {"Name": "live"}, {})) == 1
    assert len(problems("lambda", "get_alias", alias, {"Name": 1})) == 1
    assert len(problems("lambda", "get_alias", alias, {"Colour": "red"})) > 0
    assert len(problems("lambda", "get_function_configuration", alias | {"Name": None}, {"State": "Asleep"})) > 0
    assert (
        may_refuse("lambda", "get_alias", "ResourceNotFoundException"),
        may_refuse("iam", "get_role", "NoSuchEntity"),
    ) == (True, True)
    assert may_refuse("lambda", "get_alias", "NoSuchEntity") is False
