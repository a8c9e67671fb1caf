from __future__ import annotations

import pytest

from lambda_migrate.engine.executor import check_fresh
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import open_run, runs
from lambda_migrate.errors import (
    AwsError,
    Drifted,
    GateClosed,
    Interrupted,
    NoAnswer,
    NotAllowed,
    NotFound,
    PreconditionFailed,
    StalePlan,
    Throttled,
)
from tests.engine.world import ALL, PASS, Killed, Stage, World, plan


def test_the_whole_plan_is_recorded_before_the_first_change(stage: Stage) -> None:
    stage.run(plan("a:1:2", "b:1:2"))

    assert stage.story() == [
        "opened",
        "plan",
        "intent 01-set_value",
        "applied 01-set_value",
        "intent 02-set_value",
        "applied 02-set_value",
        "finished",
    ]
    assert stage.world.values == {"a": "2", "b": "2", "c": "1"}


def test_the_recorded_plan_reads_back_equal(stage: Stage) -> None:
    made = plan("a:1:2", "b:1:2?", phase="proxy", warnings=("mind the gap",), summary={"to": "3"})
    stage.verdicts = [PASS]
    stage.run(made)

    assert [run.plan for run in runs(Ledger.read(stage.path))] == [made]


def test_running_again_after_the_end_is_a_new_run(stage: Stage) -> None:
    stage.run(plan("a:1:2"))

    with pytest.raises(Drifted):
        stage.run(plan("a:1:2"))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_run_killed_at_any_call_carries_on(stage: Stage, call: int, when: str) -> None:
    stage.world.kill = (call, when)
    with pytest.raises(Killed):
        stage.run(plan(*ALL))
    stage.world.kill = None

    stage.run(plan(*ALL))

    assert stage.world.values == {"a": "2", "b": "2", "c": "2"}
    assert stage.story()[-1] == "finished"
    assert len(runs(Ledger.read(stage.path))) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_run_killed_at_any_call_can_be_taken_back(stage: Stage, call: int, when: str) -> None:
    stage.world.kill = (call, when)
    with pytest.raises(Killed):
        stage.run(plan(*ALL))
    stage.world.kill = None

    stage.rollback()

    assert stage.world.values == {"a": "1", "b": "1", "c": "1"}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [4, 5, 6])
def test_a_rollback_killed_at_any_call_carries_on(stage: Stage, call: int, when: str) -> None:
    stage.run(plan(*ALL))
    stage.world.kill = (call, when)
    with pytest.raises(Killed):
        stage.rollback()
    stage.world.kill = None

    stage.rollback()

    assert stage.world.values == {"a": "1", "b": "1", "c": "1"}


@pytest.mark.parametrize("length", range(1, 12))
def test_a_ledger_cut_at_any_record_still_converges(stage: Stage, length: int) -> None:
    """A crash may lose the outcome that was not yet on disk; what is lost with it is found again by looking."""
    stage.world.kill = (2, "after")
    with pytest.raises(Killed):
        stage.run(plan(*ALL))
    stage.world.kill = None
    content = stage.path.read_bytes()
    stage.path.write_bytes(content[: len(content) - length])  # into the intent of step 2, whose call did land
    stage.path.with_suffix(".index").unlink()

    with pytest.raises(Drifted) as caught:
        stage.run(plan(*ALL))

    assert caught.value.message == "02-set_value (b: 1 → 2): found 2"


def test_a_step_found_done_before_our_intent_is_drift_and_is_never_undone(stage: Stage) -> None:
    stage.world.values["b"] = "2"

    with pytest.raises(Drifted):
        stage.run(plan(*ALL))
    stage.rollback()

    assert stage.world.values == {"a": "1", "b": "2", "c": "1"}


def test_drift_names_the_step_and_shows_before_after_and_found(stage: Stage) -> None:
    stage.world.values["a"] = "7"

    with pytest.raises(Drifted) as caught:
        stage.run(plan("a:1:2"))

    assert (caught.value.message, stage.world.values["a"]) == ("01-set_value (a: 1 → 2): found 7", "7")


def test_a_change_that_is_still_moving_is_waited_for(stage: Stage) -> None:
    stage.world.moves = 5

    stage.run(plan("a:1:2"))

    assert stage.world.values["a"] == "2"


def test_a_change_that_never_stops_moving_is_told_and_left_to_the_next_run(stage: Stage) -> None:
    stage.world.moves = 10**9

    with pytest.raises(AwsError) as caught:
        stage.run(plan("a:1:2"))
    stage.world.moving = 0
    stage.run(plan("a:1:2"))

    assert caught.value.message.startswith("01-set_value: AWS is still working on it after 6")
    assert stage.story()[-3:] == ["intent 01-set_value", "applied 01-set_value", "finished"]


@pytest.mark.parametrize("refusal", [NotAllowed("expired"), Throttled("throttled"), AwsError("no")])
def test_a_refused_call_is_recorded_as_undone_and_tried_again_next_time(stage: Stage, refusal: Exception) -> None:
    stage.world.refuse = [refusal]

    with pytest.raises(type(refusal)):
        stage.run(plan("a:1:2"))
    stage.run(plan("a:1:2"))

    assert stage.story()[2:] == [
        "intent 01-set_value",
        "undone 01-set_value",
        "rolled-back",
        "plan",
        "intent 01-set_value",
        "applied 01-set_value",
        "finished",
    ]


@pytest.mark.parametrize("silence", [NoAnswer("timed out"), Interrupted("stopped at once")])
@pytest.mark.parametrize("landed", [False, True])
def test_a_call_without_an_answer_is_left_to_the_next_run_which_looks(
    stage: Stage, silence: Exception, landed: bool
) -> None:
    """The change may land after the last look, so that no outcome may be recorded before the next run."""
    stage.world.refuse = [silence]
    with pytest.raises(type(silence)):
        stage.run(plan("a:1:2"))
    assert stage.story()[-1] == "intent 01-set_value"
    if landed:
        stage.world.values["a"] = "2"

    stage.run(plan("a:1:2"))

    assert stage.world.values["a"] == "2"
    assert stage.story()[3:] == (
        ["applied 01-set_value", "finished"]
        if landed
        else ["undone 01-set_value", "intent 01-set_value", "applied 01-set_value", "finished"]
    )


def test_a_stop_while_aws_is_still_at_it_does_not_wait_for_the_end(stage: Stage) -> None:
    stage.world.moves, stage.stop_at, began = 10**9, 1, stage.clock.time

    with pytest.raises(Interrupted):
        stage.run(plan("a:1:2"))
    waited = stage.clock.time - began
    stage.world.moving, stage.stop_at = 0, -1
    stage.run(plan("a:1:2"))

    assert waited < 1
    assert stage.story()[-3:] == ["intent 01-set_value", "applied 01-set_value", "finished"]


def test_a_conditional_write_that_lost_a_race_is_tried_again_while_the_world_is_as_before(stage: Stage) -> None:
    stage.world.refuse = [PreconditionFailed("lost"), PreconditionFailed("lost")]

    stage.run(plan("a:1:2"))

    assert (stage.world.values["a"], stage.world.calls) == ("2", 3)


def test_a_deletion_whose_answer_was_lost_is_not_refused_because_the_thing_is_gone(stage: Stage) -> None:
    """A lost call is tried again underneath; what is heard then is that there is nothing to delete."""
    stage.run(plan("a:1:2"))
    stage.world.lose = [NotFound("there is no such thing")]

    assert stage.rollback() == ["01-set_value"]
    assert stage.story()[-3:] == ["undo-intent 01-set_value", "undone 01-set_value", "rolled-back"]


def test_a_blocked_plan_does_not_start(stage: Stage) -> None:
    with pytest.raises(GateClosed) as caught:
        stage.run(plan("a:1:2", blockers=("trigger `s3` cannot be re-pointed", "more")))

    assert (caught.value.message, stage.story()) == ("trigger `s3` cannot be re-pointed", ["opened"])


def test_another_phase_waits_until_the_open_one_is_finished(stage: Stage) -> None:
    stage.world.kill = (2, "before")
    with pytest.raises(Killed):
        stage.run(plan(*ALL, phase="proxy"))
    stage.world.kill = None

    with pytest.raises(GateClosed) as caught:
        stage.run(plan("c:1:2"))

    assert caught.value.message.startswith("`proxy` of 2026-03-01T12:00:00")
    assert caught.value.message.endswith(" is not finished (2 steps to go)")
    assert caught.value.hint == "finish it, or roll it back with `lambda-migrate rollback --last`"


def test_a_stop_between_steps_is_clean_and_the_next_run_carries_on(stage: Stage) -> None:
    stage.stop_at = 1
    with pytest.raises(Interrupted):
        stage.run(plan(*ALL))
    assert stage.story()[-1] == "applied 01-set_value"
    stage.stop_at = -1

    stage.run(plan(*ALL))

    assert stage.world.values == {"a": "2", "b": "2", "c": "2"}


def test_a_run_of_which_nothing_stands_makes_room_for_a_new_plan(stage: Stage) -> None:
    stage.stop_at = 0
    with pytest.raises(Interrupted):
        stage.run(plan("a:1:2", phase="proxy"))
    stage.stop_at = -1

    stage.run(plan("c:1:2"))

    assert stage.world.values == {"a": "1", "b": "1", "c": "2"}


def test_a_plan_whose_world_has_moved_is_stale() -> None:
    with pytest.raises(StalePlan) as caught:
        check_fresh(plan("a:1:2"), "0" * 64)

    assert caught.value.message.endswith("is stale: `orders` or its triggers changed since")


def test_a_world_without_a_crash_is_reached_by_every_pair_of_crashes(stage: Stage, tmp_path: object) -> None:
    """Crash anywhere, and crash again anywhere while recovering."""
    for first in range(1, 4):
        for second in range(1, 5):
            for when in ("before", "after"):
                stage.path.unlink(missing_ok=True)
                stage.world = World({"a": "1", "b": "1", "c": "1"})
                for call in (first, first + second):
                    stage.world.kill = (call, when)
                    try:
                        stage.run(plan(*ALL))
                    except Killed:
                        continue
                stage.world.kill = None
                if open_run(Ledger.read(stage.path)):
                    stage.run(plan(*ALL))
                assert stage.world.values == {"a": "2", "b": "2", "c": "2"}, (first, second, when)
