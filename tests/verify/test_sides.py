"""What each version did until now, as the live view of a bake shows it."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.engine.verdict import Side
from lambda_migrate.verify import sides
from lambda_migrate.verify.metrics import Measured, Trial
from lambda_migrate.verify.traffic import Accounts, Flow, Traffic

TRIAL = Trial("orders", "live", "42", "41")
MEASURED = Measured(
    Traffic(118, 1, 0, {"p95": (50.0, 54.0, 900.0)}),
    Accounts(),
    Traffic(1060, 2, 0, {"p95": ()}),
    Traffic(1200, 3, 0, {"p95": (48.0,)}),
    window=(600.0, 900.0),
)


def test_the_original_beside_it_has_the_rest_of_the_traffic_and_the_last_minute_is_not_over() -> None:
    assert sides.of_versions(TRIAL, MEASURED, 0.1, now=840.0) == (
        Side("version 42 (proxy)", 0.1, 118, 1, 54.0, 240.0),
        Side("version 41 (original)", 0.9, 1060, 2, None, 240.0),
    )


def test_at_all_of_the_traffic_the_time_before_stands_beside_it() -> None:
    shown = sides.of_versions(TRIAL, replace(MEASURED, original=None), 1.0, now=840.0)

    assert shown[1] == Side("before the first weight", None, 1200, 3, 48.0, 300.0)
    assert [each.rate for each in shown] == [118 / 240, 4.0]


def test_a_source_that_counted_nothing_is_not_known() -> None:
    assert sides.of_source(Flow(seen=False), Flow(tried=10, failed=1)) == (
        Side("straight to the service"),
        Side("before, by Lambda", None, 10, 1),
    )
