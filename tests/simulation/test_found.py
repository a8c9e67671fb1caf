"""What the simulation has found: each history broke something once, and says what by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.faults import LEDGER, Fault
from tests.simulation.history import History, Move, Replay, replay
from tests.simulation.unkindness import KIND, Unkindness

if TYPE_CHECKING:
    from pathlib import Path

ON = Move("on")
ALL_THE_WAY = (ON, ON, ON)
"""To a proxy version, all traffic there, and another signing key."""


def test_the_guard_of_a_rotation_that_was_cut_off_moves_no_traffic_once_all_of_it_is_back() -> None:
    cut_off = Move("on", faults=(Fault("expired", 1, "scheduler:UpdateSchedule"),))

    replay(History(731, (ON, ON, cut_off)))


@pytest.mark.parametrize("look", range(1, 7))
def test_a_guard_that_was_set_and_then_not_shown_is_still_known(look: int) -> None:
    refused = Move("on", faults=(Fault("denied", look, "scheduler:GetSchedule"),))

    replay(History(3, (ON, ON, refused)))


def test_a_guard_that_reads_do_not_show_yet_is_cancelled_all_the_same() -> None:
    killed = Move("on", faults=(Fault("killed after", 1, "scheduler:CreateSchedule"),))

    replay(History(5, (ON, ON, killed), Unkindness(lag=30.0)))


@pytest.mark.parametrize("before", [(), (Move("freeze"),)], ids=["", "frozen first"])
def test_cleanup_takes_the_original_version_that_the_alias_it_takes_has_named(before: tuple[Move, ...]) -> None:
    replay(History(1, (*before, ON, ON)))


def test_cleanup_waits_until_what_delivers_to_the_alias_has_stopped() -> None:
    replay(History(2483, (*ALL_THE_WAY, ON, Move("rollback", (("now", True),)), ON), Unkindness(spread=True)))


def test_a_leftover_that_somebody_has_removed_already_is_gone() -> None:
    hurried = Move("rollback", (("now", True),))

    replay(History(16, (*ALL_THE_WAY, hurried, ON), Unkindness(lag=0.5, versions_kept=1)))


@pytest.mark.parametrize("seed", range(3))
def test_what_reads_do_not_show_yet_is_neither_refused_nor_somebody_elses(seed: int) -> None:
    replay(History(seed, (ON, ON), Unkindness(lag=2.0, slow=20.0, spread=True, role_known=8.0)))


def test_the_lock_is_let_go_of_although_reads_show_what_it_was_before() -> None:
    replay(History(342, (ON, Move("wait", seconds=5.0)), Unkindness(lag=2.0, slow=5.0)))


@pytest.mark.parametrize("unkind", [KIND, Unkindness(lag=2.0, slow=40.0, spread=True, confirms=20.0)], ids=["kind", ""])
def test_a_record_that_was_cut_short_is_written_again(unkind: Unkindness) -> None:
    torn = Move("on", faults=(Fault("killed after", 6, "ledger:Append"),))

    replay(History(7, (torn, ON, torn, ON), unkind))


def test_a_guard_that_was_recorded_and_never_set_is_set_before_traffic_moves() -> None:
    killed = Move("on", faults=(Fault("killed before", 1, "scheduler:CreateSchedule"),))

    replay(History(74, (ON, ON, killed, ON)))


def test_the_role_of_a_guard_that_has_acted_goes_with_it() -> None:
    replay(History(11506, (ON, ON, Move("wait", seconds=5000.0)), Unkindness(metrics_lost=True)))


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_a_weight_that_was_cut_off_holds_up_no_way_back(number: int, lag: float) -> None:
    killed = Move("on", faults=(Fault("killed before", number, "lambda:UpdateAlias"),))

    replay(History(13519373, (ON, ON, killed), Unkindness(lag=lag)))


def test_a_function_that_was_retired_is_gone_and_nothing_was_lost() -> None:
    replay(History(1, (ON,) * 6))


def test_a_run_that_was_killed_before_it_changed_anything_leaves_no_lock_behind() -> None:
    killed = Move("on", faults=(Fault("killed after", 3, LEDGER),))

    replay(History(1188, (killed,)))


def test_a_write_that_was_cut_off_and_that_reads_do_not_show_yet_is_undone_too() -> None:
    stopped = Move("on", faults=(Fault("interrupted", 1, "events:PutTargets"),))

    unkind = Unkindness(lag=2.0, slow=40.0, spread=True, confirms=20.0)
    replay(History(1368, (ON, stopped, Move("rollback", (("last", True),))), unkind))


@pytest.mark.parametrize("before", [(ON,) * 3, ALL_THE_WAY], ids=["rotated", "direct"])
def test_no_pruner_takes_the_version_along_that_a_rotation_goes_back_to(
    before: tuple[Move, ...], tmp_path: Path
) -> None:
    history = Replay(
        History(2325473, (*before, Move("rollback", (("last", True),))), Unkindness(versions_kept=1)), tmp_path
    )

    history.run()

    assert "rollback last=True done" in history.story


def test_the_way_back_needs_no_layer_where_the_proxy_was_half_put_on() -> None:
    expired = Move("on", faults=(Fault("expired", 16),))

    replay(History(50578, (expired, Move("the_layer_goes"))))


def test_what_an_alias_names_that_an_earlier_way_back_has_left_goes_with_it() -> None:
    replay(History(1054499, (Move("freeze"), ON, ON, Move("rollback", (("now", True),)))))


@pytest.mark.parametrize("number", range(1, 8))
def test_a_way_back_of_several_steps_in_one_write_can_be_cut_off_between_its_records(number: int) -> None:
    cut_off = Move("rollback", (("last", True),), faults=(Fault("killed after", number),))

    replay(History(19212, (ON, cut_off, ON)))
    replay(History(11835, (ON, ON, cut_off, Move("promote"))))


def test_a_key_that_was_dropped_by_a_command_that_was_killed_stays_dropped() -> None:
    killed = Move("on", faults=(Fault("killed after", 1, "secretsmanager:PutSecretValue"),))

    replay(History(3349867, (*ALL_THE_WAY, killed)))


def test_where_retire_has_removed_a_subscription_the_service_s_goes_on_delivering() -> None:
    stopped = Move("on", faults=(Fault("interrupted", 2, "sns:Unsubscribe"),))

    replay(History(42441, (*ALL_THE_WAY, ON, ON, stopped)))


@pytest.mark.parametrize("number", [21, 22, 24, 27, 30])
def test_what_a_hurried_way_back_left_that_was_cut_off_keeps_its_permissions(number: int) -> None:
    hurried = Move("rollback", (("now", True),), faults=(Fault("killed before", number, LEDGER),))

    replay(History(22646052, (*ALL_THE_WAY, hurried)))


def test_what_was_published_before_a_call_was_refused_is_known_although_reads_do_not_show_it_yet() -> None:
    refused = Move("on", faults=(Fault("denied", 44, "*", 12),))

    replay(History(2922444060, (refused, ON, ON), Unkindness(lag=2.0, spread=True, role_known=8.0)))


def test_a_lock_that_a_killed_run_has_just_made_is_let_go_of_although_it_does_not_show_yet() -> None:
    killed = Move("on", faults=(Fault("killed after", 3),))

    replay(History(16571, (killed,), Unkindness(lag=0.5)))
