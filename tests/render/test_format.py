"""Numbers as a person reads them."""

from __future__ import annotations

import pytest

from lambda_migrate.render.format import counted, duration, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.25, "0.2 s"),
        (12, "12 s"),
        (900, "15 min"),
        (90, "1 min 30 s"),
        (5400, "1 h 30 min"),
        (14 * 86400, "14 d"),
    ],
)
def test_a_duration_is_told_in_the_units_of_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_sizes_and_counts() -> None:
    assert [size(812), size(40_917), size(5_900_000)] == ["812 B", "40 KB", "5.6 MB"]
    assert [counted(1, "step"), counted(2, "step")] == ["1 step", "2 steps"]
