"""What AWS needs its time for is waited for on the way back, and after a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.record import Record
from lambda_migrate.engine.runs import Run
from lambda_migrate.engine.undo_order import legs, next_leg
from lambda_migrate.errors import Interrupted
from tests.engine.world import Stage, plan

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan

AT, NOW = "2026-03-01T12:00:00.000Z", 1_772_366_400.0


def spreading(*steps: tuple[str, str, float]) -> Plan:
    """Return a plan whose steps are written as (name, kind of trigger, seconds that AWS needs)."""
    made = plan(*(f"{name}:1:2" for name, _kind, _propagation in steps))
    told = zip(made.steps, steps, strict=True)
    return replace(
        made,
        steps=tuple(
            replace(step, id=name, trigger=kind, propagation=propagation) for step, (name, kind, propagation) in told
        ),
    )


DIRECT = spreading(("route", "http_api", 0), ("subscribe", "sns", 0), ("park", "sns", 900), ("rule", "eventbridge", 60))
CUTOVER = spreading(("grant", "", 0), ("point", "http_api", 0), ("rule", "eventbridge", 60))


@pytest.mark.parametrize(
    ("made", "undone", "expected"),
    [
        (DIRECT, [], ("rule", 0.0)),
        (DIRECT, ["rule"], ("park", 0.0)),
        (DIRECT, ["rule", "park"], ("route", 0.0)),
        (DIRECT, ["rule", "park", "route"], ("subscribe", 890.0)),
        (CUTOVER, ["rule"], ("point", 0.0)),
        (CUTOVER, ["rule", "point"], ("grant", 50.0)),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else None,
)
@pytest.mark.usefixtures("stage")
def test_triggers_wait_for_what_they_depend_on_and_not_for_each_other(
    made: Plan, undone: list[str], expected: tuple[str, float]
) -> None:
    records = {name: Record(3, name, "undone", AT, "me", None, "") for name in undone}
    run = Run(2, made.to_dict(), AT, undone=records)
    every = legs([(run, step) for step in reversed(run.plan.steps)])
    left, done = ([leg for leg in every if (leg.step.id in undone) is gone] for gone in (False, True))

    chosen = next_leg(left, [], done, NOW + 10)

    assert chosen is not None
    assert (chosen[0].step.id, max(chosen[1], 0.0)) == expected


def test_what_still_delivers_is_not_taken_away_before_the_other_delivers_again(stage: Stage) -> None:
    stage.run(spreading(("a", "sns", 0), ("b", "sns", 900)))
    began = stage.clock.time

    assert stage.rollback() == ["b", "a"]
    assert stage.clock.time - began >= 900
    assert [moment.seconds for moment in stage.moments if moment.kind == "wait"] == [900.0, 900.0]


def test_a_run_that_was_cut_off_while_aws_spread_a_change_waits_for_the_rest(stage: Stage) -> None:
    made = spreading(("a", "sns", 900), ("b", "sns", 0))
    began, stage.stop_at = stage.clock.time, 1
    with pytest.raises(Interrupted):
        stage.run(made)
    assert stage.clock.time - began < 900

    stage.stop_at = -1
    stage.run(made)

    assert stage.world.values["b"] == "2"
    assert stage.clock.time - began >= 900
