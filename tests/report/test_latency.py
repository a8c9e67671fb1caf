"""Latency before and after, in the words of the page."""

from __future__ import annotations

import pytest

from lambda_migrate.report.latency import before_and_after
from lambda_migrate.report.model import Series, Share, Traffic

POINTS = ((0.0, 40.0), (60.0, 50.0), (120.0, 900.0), (180.0, 60.0), (240.0, 70.0), (300.0, 80.0))
TRAFFIC = Traffic(0.0, 360.0, 60.0, (), (Series("p95 of the function", POINTS), Series("of version 2", ((0.0, 1.0),))))
BEGUN = (Share(100.0, 0.0), Share(130.0, 10.0))


@pytest.mark.parametrize(
    ("traffic", "shares", "told"),
    [
        (None, BEGUN, ""),
        (TRAFFIC, (), ""),
        (TRAFFIC, (Share(100.0, 0.0),), ""),
        (Traffic(problem="denied"), BEGUN, ""),
        (TRAFFIC, BEGUN, "p95 of the duration: 45 ms before the first weight, 70 ms since"),
        (
            TRAFFIC,
            (*BEGUN, Share(230.0, 100.0)),
            "p95 of the duration: 45 ms before the first weight, 75 ms since all traffic moved",
        ),
        (
            TRAFFIC,
            (Share(10.0, 10.0), Share(400.0, 100.0)),
            "",
        ),
        (
            TRAFFIC,
            (Share(10.0, 100.0),),
            "p95 of the duration: unknown before the first weight, 70 ms since all traffic moved",
        ),
    ],
)
def test_it_is_compared_where_there_is_something_to_compare(
    traffic: Traffic | None, shares: tuple[Share, ...], told: str
) -> None:
    assert before_and_after(traffic, shares) == told
