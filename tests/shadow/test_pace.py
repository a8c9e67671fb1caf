"""How quickly events are sent."""

from __future__ import annotations

from lambda_migrate.shadow.pace import LONGEST, Pace


def test_a_pause_doubles_once_a_turn_whoever_is_throttled_and_goes_again_with_answers() -> None:
    slept: list[float] = []
    told: list[float] = []
    pace = Pace(slept.append, told=told.append)

    turn = pace.wait()
    pace.throttled(turn)
    pace.throttled(turn)  # another thread, of the same turn
    pace.throttled(pace.wait())
    assert (pace.pause, slept, told) == (2.0, [1.0], [1.0, 2.0])

    pace.answered(pace.wait())
    pace.answered(pace.wait())
    assert (pace.pause, pace.wait(), slept) == (0.0, 4, [1.0, 1.0, 1.0, 1.0])


def test_a_pause_has_an_end_and_ends_where_somebody_wants_to_stop() -> None:
    slept: list[float] = []
    pace = Pace(slept.append, stopped=lambda: len(slept) == 2)
    for _ in range(20):
        pace.throttled(pace._turn)

    pace.wait()

    assert (pace.pause, slept) == (LONGEST, [1.0, 1.0])
