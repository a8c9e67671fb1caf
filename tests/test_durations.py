"""How long something lasts, and when it is, as a person reads it."""

from __future__ import annotations

import pytest

from lambda_migrate.durations import duration, moment


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.25, "0.2 s"),
        (1, "1 s"),
        (12, "12 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (900, "15 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (3659, "1 h"),
        (86_400, "1 d"),
        (97_200, "1 d 3 h"),
        (14 * 86_400, "14 d"),
    ],
)
def test_a_duration_has_two_units_at_the_most(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_moment_is_told_in_utc_to_the_minute() -> None:
    assert moment(1_772_366_459.9) == "2026-03-01 12:00 UTC"
