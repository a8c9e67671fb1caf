"""A story that says nothing for a while says how the traffic is."""

from __future__ import annotations

from lambda_migrate.sandbox.demo.pace import SILENCE, Pace


def test_silence_is_broken_by_how_the_traffic_is() -> None:
    now = [100.0]
    told: list[str] = []
    pace = Pace(told.append, lambda: "traffic: 7 requests", lambda: now[0])

    pace.tell("$ lambda-migrate inspect orders")
    now[0] += SILENCE - 1
    pace.look()
    now[0] += 62
    pace.look()
    pace.look()

    assert told == ["$ lambda-migrate inspect orders", "# 1:05  traffic: 7 requests"]
    assert pace.elapsed == "1:05"


def test_what_is_told_puts_the_line_off() -> None:
    now = [0.0]
    told: list[str] = []
    pace = Pace(told.append, clock=lambda: now[0])

    now[0] += SILENCE - 1
    pace.tell("a line")
    now[0] += SILENCE - 1
    pace.look()

    assert told == ["a line"]


def test_where_a_line_can_move_it_says_so_all_the_time_and_nothing_else_is_told() -> None:
    now = [0.0]
    told: list[str] = []
    shown: list[tuple[str, str]] = []
    pace = Pace(told.append, lambda: "7 requests", lambda: now[0], lambda *line: shown.append(line))

    pace.look()
    now[0] += 10 * SILENCE
    pace.look()
    pace.__exit__()
    pace.look()

    assert (told, shown) == ([], [("0:00", "7 requests"), ("0:40", "7 requests")])
