"""Steps that are watched and judged, and what each verdict does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import open_run, runs
from lambda_migrate.errors import (
    Drifted,
    GateClosed,
    Inconclusive,
    Interrupted,
)
from tests.engine.world import FAIL, PASS, UNSURE, Killed, Stage, plan


def test_each_gated_step_bakes_and_is_judged_before_the_next(stage: Stage) -> None:
    stage.verdicts = [PASS, PASS]
    began = stage.clock.time

    stage.run(plan("a:1:2", "b:1:2?", "b:2:3?"))

    assert stage.clock.time - began == pytest.approx(120, abs=1)
    assert stage.story()[4:] == [
        "intent 02-set_value",
        "applied 02-set_value",
        "verdict 02-set_value",
        "intent 03-set_value",
        "applied 03-set_value",
        "verdict 03-set_value",
        "finished",
    ]


def test_a_fail_takes_the_gated_steps_back_by_itself_and_leaves_the_rest(stage: Stage) -> None:
    stage.verdicts = [PASS, FAIL]

    with pytest.raises(GateClosed) as caught:
        stage.run(plan("a:1:2", "b:1:2?", "b:2:3?"))

    assert caught.value.message == "03-set_value failed: the service is not healthy"
    assert stage.world.values == {"a": "2", "b": "1", "c": "1"}


def test_after_a_fail_the_same_plan_goes_through_once_the_cause_is_mended(stage: Stage) -> None:
    stage.verdicts = [PASS, FAIL, PASS, PASS]
    with pytest.raises(GateClosed):
        stage.run(plan("a:1:2", "b:1:2?", "b:2:3?"))

    stage.run(plan("a:1:2", "b:1:2?", "b:2:3?"))

    assert stage.world.values == {"a": "2", "b": "3", "c": "1"}
    assert len(runs(Ledger.read(stage.path))) == 1


def test_a_fail_takes_back_what_the_next_deployment_of_others_would_ship(stage: Stage) -> None:
    stage.verdicts = [FAIL, PASS]
    shipped = plan("a:1:2*", "c:1:2", "b:1:2?")

    with pytest.raises(GateClosed):
        stage.run(shipped)
    failed = dict(stage.world.values)
    stage.run(shipped)

    assert failed == {"a": "1", "b": "1", "c": "2"}
    assert stage.world.values == {"a": "2", "b": "2", "c": "2"}


def test_inconclusive_pauses_where_it_is_and_is_judged_again_by_the_next_run(stage: Stage) -> None:
    stage.verdicts = [UNSURE, PASS, PASS]

    with pytest.raises(Inconclusive) as caught:
        stage.run(plan("b:1:2?", "b:2:3?"))
    assert (caught.value.message, stage.world.values["b"]) == ("01-set_value: 2 invocations", "2")
    stage.run(plan("b:1:2?", "b:2:3?"))

    assert stage.world.values["b"] == "3"


def test_what_somebody_changes_while_it_is_watched_is_drift_and_gets_no_verdict(stage: Stage) -> None:
    stage.stop_at = 1
    with pytest.raises(Interrupted):
        stage.run(plan("b:1:2?"))
    stage.stop_at = -1
    stage.world.values["b"] = "7"

    with pytest.raises(Drifted) as caught:
        stage.run(plan("b:1:2?"))

    assert caught.value.message == "01-set_value (b: 1 → 2): found 7"
    assert "verdict 01-set_value" not in stage.story()


def test_a_crash_while_a_fail_is_taken_back_is_carried_on_with(stage: Stage) -> None:
    stage.verdicts = [PASS, FAIL, FAIL]
    stage.world.kill = (3, "before")
    with pytest.raises(Killed):
        stage.run(plan("b:1:2?", "b:2:3?"))
    stage.world.kill = None

    with pytest.raises(GateClosed):
        stage.run(plan("b:1:2?", "b:2:3?"))

    assert stage.world.values["b"] == "1"
    assert open_run(Ledger.read(stage.path)) is not None


def test_the_bake_clock_lives_in_the_ledger(stage: Stage) -> None:
    stage.verdicts = [PASS]
    stage.world.kill = None
    stage.stop_at = 1
    with pytest.raises(Interrupted):
        stage.run(plan("b:1:2?"))
    stage.stop_at = -1
    stage.clock.time += 45
    began = stage.clock.time

    stage.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(15, abs=1)


@pytest.mark.parametrize("ahead", [3600.0, 86_400.0])
def test_a_clock_that_was_ahead_at_the_step_makes_no_bake_longer(ahead: float, stage: Stage) -> None:
    stage.verdicts, stage.stop_at = [PASS], 1
    made = plan("b:1:2?")
    made = replace(made, steps=tuple(replace(step, propagation=30.0) for step in made.steps))
    stage.clock.time += ahead
    with pytest.raises(Interrupted):
        stage.run(made)
    stage.stop_at, stage.clock.time = -1, stage.clock.time - ahead
    began = stage.clock.time

    stage.run(made)

    assert stage.clock.time - began == pytest.approx(90, abs=1)
    assert [since <= stage.clock.time - 60 for _first, since in stage.since] == [True]
    assert [first <= since for first, since in stage.since] == [True]


def test_a_step_is_watched_once_its_change_has_spread(stage: Stage) -> None:
    stage.verdicts = [PASS]
    made = plan("b:1:2?")
    began = stage.clock.time

    stage.run(replace(made, steps=tuple(replace(step, propagation=900.0) for step in made.steps)))

    assert stage.clock.time - began == pytest.approx(960, abs=1)
    assert stage.since == [(began, began + 900.0)]


def test_a_step_that_went_back_is_held_against_what_was_before_it_first_stood(stage: Stage) -> None:
    stage.verdicts = [FAIL, PASS]
    began = stage.clock.time
    with pytest.raises(GateClosed):
        stage.run(plan("b:1:2?"))

    stage.run(plan("b:1:2?"))

    assert stage.since == [(began, began), (began, pytest.approx(began + 60, abs=1))]


def test_every_weight_is_held_against_the_time_before_the_first_one(stage: Stage) -> None:
    stage.verdicts = [PASS, PASS]
    began = stage.clock.time

    stage.run(plan("b:1:2?", "b:2:3?"))

    assert stage.since == [(began, began), (began, pytest.approx(began + 60, abs=1))]


LATE = replace(UNSURE, awaits=100.0)


def test_numbers_that_are_on_their_way_are_waited_for(stage: Stage) -> None:
    stage.verdicts = [LATE, LATE, PASS]
    began = stage.clock.time

    stage.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(80, abs=1)
    assert stage.story().count("verdict 01-set_value") == 1


def test_numbers_that_do_not_come_are_not_waited_for_for_ever_and_not_once_more(stage: Stage) -> None:
    stage.verdicts = [LATE] * 11
    began = stage.clock.time
    with pytest.raises(Inconclusive):
        stage.run(plan("b:1:2?"))
    assert stage.clock.time - began == pytest.approx(160, abs=1)
    stage.verdicts = [LATE]

    with pytest.raises(Inconclusive):
        stage.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(160, abs=1)


def test_a_fail_leaves_traffic_where_it_is_where_the_user_wants_to_look_first(stage: Stage) -> None:
    stage.verdicts = [replace(FAIL, stays=True), PASS]
    began = stage.clock.time

    with pytest.raises(GateClosed) as caught:
        stage.run(plan("b:1:2?"))
    assert (caught.value.message, stage.world.values["b"]) == ("01-set_value failed: the service is not healthy", "2")
    assert caught.value.hint.startswith("traffic stays where it is")
    stage.run(plan("b:1:2?"))

    assert stage.since == [(began, began), (began, pytest.approx(began + 60, abs=1))]
    assert stage.clock.time - began == pytest.approx(120, abs=1)
