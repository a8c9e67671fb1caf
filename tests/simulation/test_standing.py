"""What was moved is compared with AWS at every place of the journey; what an owner's deployment puts back is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.runs import runs
from lambda_migrate.workflow import standing
from tests.simulation.account import nothing_else, opened, rest_api
from tests.simulation.faults import Fault, Process
from tests.simulation.history import LONG
from tests.simulation.migrating import Command, Migrating
from tests.simulation.unkindness import KIND

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.verify.check import Check


def told(we: Migrating) -> list[Check]:
    context = we.context()
    return list(standing.checks(context.aws_read_only, we.ledger, context.clock.now()))


@pytest.mark.parametrize("also", [nothing_else, rest_api], ids=["", "a REST API too"])
def test_at_every_place_of_the_journey_aws_is_as_the_ledger_says(also: object, tmp_path: Path) -> None:
    world = opened(1, KIND, also)  # type: ignore[arg-type]  # what makes a REST API, or nothing
    we = Migrating(world, tmp_path)
    assert (we(Command("proxy")).how, told(we)) == ("done", [])
    for phase in ("cutover", "rotate", "rotate-finish", "direct"):
        assert we(Command(phase)).well, phase
        (check,) = told(we)
        assert (check.result, check.detail.endswith("of alias and triggers are as the ledger says")) == (
            "pass",
            True,
        ), check
    world.time.advance(LONG)
    assert we(Command("retire")).well
    assert told(we) == []


@pytest.mark.parametrize("kind", ["point_integration", "point_mapping", "point_rule", "shift_weight"])
def test_what_a_deployment_puts_back_is_told_by_its_name(kind: str, tmp_path: Path) -> None:
    world = opened(1)
    we = Migrating(world, tmp_path)
    assert we(Command("proxy")).well
    assert we(Command("cutover")).well
    step = next(step for step in standing.moved(runs(we.ledger)) if step.action.kind == kind)

    step.action.undo(we.context().aws)

    (check,) = told(we)
    assert (check.name, check.result) == ("moved in AWS", "fail")
    assert check.detail == f"{step.action.describe()}: AWS shows it as it was before"


def test_what_may_not_be_looked_at_is_told(tmp_path: Path) -> None:
    we = Migrating(opened(1), tmp_path)
    assert we(Command("proxy")).well
    assert we(Command("cutover")).well
    context = we.context(Process((Fault("denied", 1, "lambda:GetAlias"),)))

    first, *rest = standing.checks(context.aws_read_only, we.ledger, context.clock.now())

    assert (first.result, rest) == ("warn", [])
    assert "whether that is still so could not be checked (lambda:GetAlias" in first.detail
