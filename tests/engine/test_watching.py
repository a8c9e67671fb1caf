"""What a person may ask of a bake: pause, extend, next, abort; and what the ledger keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.verdict import Verdict
from lambda_migrate.errors import GateClosed, Interrupted
from tests.engine.world import FAIL, PASS, UNSURE, Killed, Stage, plan

if TYPE_CHECKING:
    from lambda_migrate.engine.bake import Ask
    from lambda_migrate.engine.executor import Executor
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.record import Record

BAKE = 60.0


def pressing(stage: Stage, *presses: tuple[float, Ask]) -> Executor:
    """Return an executor that is asked for things at times, in seconds from now."""
    left, executor, began = list(presses), stage.open(), stage.clock.time

    def asked() -> Ask | None:
        return left.pop(0)[1] if left and stage.clock.time - began >= left[0][0] else None

    executor.asked = asked
    return executor


def acts(stage: Stage) -> list[tuple[str, str, object]]:
    """Return what the ledger keeps of what was asked: the step, the act, and who."""
    return [
        (record.id, str(record.note.get("act")), record.by)
        for record in Ledger.read(stage.path).records
        if record.note and record.note["kind"] == "bake"
    ]


def told(stage: Stage) -> list[str]:
    return [moment.text.strip() for moment in stage.moments if moment.kind == "notice"]


def test_a_pause_holds_the_weight_and_the_clock(stage: Stage) -> None:
    stage.verdicts, began = [PASS], stage.clock.time
    executor = pressing(stage, (20, "pause"), (620, "pause"))

    with executor.ledger:
        executor.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(BAKE + 600, abs=2)
    assert acts(stage) == [("01-set_value", "paused", "alice"), ("01-set_value", "resumed", "alice")]
    assert told(stage) == ["paused: the weight stays", "goes on: 40 s left"]


def test_what_is_shown_stands_still_while_it_is_paused(stage: Stage) -> None:
    stage.verdicts = [PASS]
    executor = pressing(stage, (20, "pause"), (620, "pause"))

    with executor.ledger:
        executor.run(plan("b:1:2?"))

    shown = {round(moment.bake.left) for moment in stage.moments if moment.bake and moment.bake.paused}
    assert shown == {40}


def test_extend_adds_a_third_of_the_bake(stage: Stage) -> None:
    stage.verdicts, began = [PASS], stage.clock.time
    executor = pressing(stage, (20, "extend"), (30, "extend"))

    with executor.ledger:
        executor.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(BAKE + 40, abs=2)
    assert [act for _step, act, _by in acts(stage)] == ["extended", "extended"]
    assert told(stage) == ["extended by 20 s"] * 2


def test_next_goes_on_at_once_where_the_verdict_passes(stage: Stage) -> None:
    stage.verdicts, began = [PASS, PASS], stage.clock.time
    executor = pressing(stage, (20, "next"))

    with executor.ledger:
        executor.run(plan("b:1:2?", "b:2:3?"))

    assert stage.clock.time - began == pytest.approx(20 + BAKE, abs=2)
    assert stage.story()[2:] == [
        "intent 01-set_value",
        "applied 01-set_value",
        "bake 01-set_value",
        "verdict 01-set_value",
        "intent 02-set_value",
        "applied 02-set_value",
        "verdict 02-set_value",
        "finished",
    ]


def test_next_is_not_yet_where_too_little_was_seen(stage: Stage) -> None:
    stage.verdicts, began = [UNSURE, PASS], stage.clock.time
    executor = pressing(stage, (20, "next"))

    with executor.ledger:
        executor.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(BAKE, abs=2)
    assert (acts(stage), told(stage)) == ([], ["not yet: 2 invocations"])


def test_next_never_goes_past_a_failing_verdict(stage: Stage) -> None:
    stage.verdicts = [PASS, FAIL]
    executor = pressing(stage, (80, "next"))

    with executor.ledger, pytest.raises(GateClosed) as caught:
        executor.run(plan("b:1:2?", "b:2:3?"))

    assert caught.value.message == "02-set_value failed: the service is not healthy"
    assert stage.world.values["b"] == "1"


@pytest.mark.parametrize("stays", [False, True])
def test_abort_goes_back_as_a_fail_does_whatever_on_fail_says(stays: bool, stage: Stage) -> None:
    stage.verdicts = [PASS, Verdict("fail", ("slow",), stays=stays)]
    executor = pressing(stage, (80, "abort"))

    with executor.ledger, pytest.raises(GateClosed) as caught:
        executor.run(plan("a:1:2", "b:1:2?", "b:2:3?"))

    assert caught.value.message == "03-set_value failed: aborted by a key, before the bake was over"
    assert stage.world.values == {"a": "2", "b": "1", "c": "1"}
    assert acts(stage) == [("03-set_value", "aborted", "alice")]
    verdict = next(record for record in reversed(Ledger.read(stage.path).records) if record.event == "note")
    assert verdict.note == {
        "kind": "verdict",
        "result": "fail",
        "reasons": ["aborted by a key, before the bake was over"],
    }


@pytest.mark.parametrize("presses", [[], [(20.0, "pause")]], ids=["running", "paused"])
def test_a_run_that_was_killed_right_after_an_abort_goes_back(presses: list[tuple[float, Ask]], stage: Stage) -> None:
    executor = pressing(stage, *presses, (30, "abort"))
    note = executor.ledger.note

    def dying(kind: str, **data: Any) -> Record:
        record = note(kind, **data)
        if data.get("act") == "aborted":
            raise Killed
        return record

    executor.ledger.note = dying  # type: ignore[method-assign]  # the process dies between the note and the verdict
    with executor.ledger, pytest.raises(Killed):
        executor.run(plan("a:1:2", "b:1:2?"))
    assert stage.world.values == {"a": "2", "b": "2", "c": "1"}
    began = stage.clock.time

    with pytest.raises(GateClosed) as caught:
        stage.run(plan("a:1:2", "b:1:2?"))

    assert caught.value.message == "02-set_value failed: aborted by a key, before the bake was over"
    assert (stage.world.values, stage.clock.time - began) == ({"a": "2", "b": "1", "c": "1"}, pytest.approx(0, abs=5))
    assert stage.story()[-3:] == ["verdict 02-set_value", "undo-intent 02-set_value", "undone 02-set_value"]


def test_a_fail_goes_back_also_while_it_is_paused(stage: Stage) -> None:
    began = stage.clock.time
    executor = pressing(stage, (20, "pause"))

    def judge(_step: Step, _since: float, *, first: float, final: bool) -> Verdict:  # as judges are called
        return FAIL if stage.clock.time - began > 300 else PASS

    executor.judge = judge

    with executor.ledger, pytest.raises(GateClosed):
        executor.run(plan("b:1:2?"))

    assert stage.world.values["b"] == "1"
    assert stage.clock.time - began == pytest.approx(300, abs=15)


def test_a_bake_that_was_cut_off_while_it_was_paused_goes_on_with_the_time_that_was_left(stage: Stage) -> None:
    executor = pressing(stage, (20, "pause"))
    executor.stop = lambda: "bake" in executor.ledger.projection.latest
    with executor.ledger, pytest.raises(Interrupted):
        executor.run(plan("b:1:2?"))
    stage.clock.time += 7200
    stage.verdicts, began = [PASS], stage.clock.time

    stage.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(40, abs=2)
    assert [act for _step, act, _by in acts(stage)] == ["paused", "resumed"]


def test_what_was_added_is_still_there_for_the_next_command(stage: Stage) -> None:
    executor = pressing(stage, (20, "extend"))
    executor.stop = lambda: "bake" in executor.ledger.projection.latest
    with executor.ledger, pytest.raises(Interrupted):
        executor.run(plan("b:1:2?"))
    stage.verdicts, began = [PASS], stage.clock.time

    stage.run(plan("b:1:2?"))

    assert stage.clock.time - began == pytest.approx(60, abs=2)


def test_abort_is_heard_also_while_metrics_are_awaited(stage: Stage) -> None:
    stage.verdicts = [Verdict("inconclusive", ("no metrics",), awaits=300.0)] * 30
    executor = pressing(stage, (70, "extend"), (90, "abort"))

    with executor.ledger, pytest.raises(GateClosed):
        executor.run(plan("b:1:2?"))

    assert (stage.world.values["b"], told(stage)) == (
        "1",
        ["not done (extend): the bake is over, its metrics are still on their way"],
    )
