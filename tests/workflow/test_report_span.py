"""How far back the charts of a report go, and how fine they are: CloudWatch keeps old values by the hour alone."""

from __future__ import annotations

import pytest

from lambda_migrate.workflow.report import DAY, POINTS, span

NOW = 500 * DAY


@pytest.mark.parametrize(
    ("days", "told", "period"),
    [
        (0.1, 0.1, 60),
        (1, 1, 360),
        (14.9, 14.9, 5400),
        (16, 16, 6000),
        (62, 62, 22_500),
        (100, 100, 36_000),
        (480, 455, 165_600),
    ],
)
def test_the_chart_is_as_fine_as_what_is_kept(days: float, told: float, period: int) -> None:
    since, seconds = span(NOW - days * DAY, NOW)

    assert (since, seconds) == (pytest.approx(NOW - told * DAY), period)
    assert (NOW - since) / seconds <= POINTS
