"""What a canary asks of the service stands in the plan, and where it does not fit, in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.function.model import Alias
from lambda_migrate.planner import cutover
from lambda_migrate.planner.load import Load
from tests.planner import worlds

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan

TAKES = "the service takes 100 (2 instances of 50, 300 once it has scaled out)"


def load(peak: int | None, capacity: int | None = 100, unread: str = "") -> Load:
    origin, largest = ("2 instances of 50", 300) if capacity else ("", None)
    return Load(peak, unread, capacity, origin, largest)


def planned(found: Load, *percents: int) -> Plan:
    """Return the plan of a canary whose alias stands at the original."""
    original, proxy = worlds.version("3"), worlds.version("4", "all")
    world = worlds.inventory(versions=(original, proxy), alias=Alias("live", "3"))
    return cutover.plan(world, worlds.settings(), percents or None, load=found)


def whys(found: Load, *percents: int) -> list[str]:
    return [step.why for step in planned(found, *percents).steps if step.gated]


def test_each_weight_says_how_much_of_the_peak_comes_and_what_the_service_takes() -> None:
    assert whys(load(41), 10, 50, 100) == [
        f"10 % of the traffic on the proxy: up to 5 requests at once, {TAKES}",
        f"50 % of the traffic on the proxy: up to 21 requests at once, {TAKES}",
        f"all traffic on the proxy: up to 41 requests at once, {TAKES}",
    ]


def test_where_nothing_was_seen_nothing_is_said() -> None:
    assert whys(load(None), 100) == ["all traffic on the proxy"]


@pytest.mark.parametrize(
    ("peak", "blocked"),
    [
        (100, ()),
        (101, (f"service-too-small: at 100 % up to 101 requests come at once, {TAKES}",)),
        (240, (f"service-too-small: at 50 % up to 120 requests come at once, {TAKES}",)),
    ],
)
def test_the_first_weight_that_does_not_fit_is_in_the_way(peak: int, blocked: tuple[str, ...]) -> None:
    plan = planned(load(peak), 10, 50, 100)

    assert plan.blockers == tuple(f"{each}; raise its minimum or take smaller weights" for each in blocked)


def test_smaller_weights_fit() -> None:
    assert planned(load(240), 10, 40).blockers == ()


def test_what_could_not_be_read_is_not_taken_for_none() -> None:
    plan = planned(load(None, unread="cloudwatch:GetMetricData is not allowed"))

    text = "how many requests run at once could not be read: cloudwatch:GetMetricData is not allowed"
    assert plan.blockers == (f"service-too-small: {text}; allow it, or accept this where you know that they fit",)


def test_a_busy_service_is_kept_from_taking_the_accounts_concurrency() -> None:
    reserve = "reserve about 100 of concurrency for the function while traffic moves"
    lower = "each request waits up to 28.5 s for the service"

    assert list(load(50).advice([50, 100], None, 28.5)) == [
        f"{reserve}: a slow service would take the account's otherwise",
        f"{lower}: a lower `proxy.api_timeout` holds less of Lambda's concurrency",
    ]
    assert list(load(50).advice([50, 100], 80, 10.0)) == []
    assert list(load(49).advice([50, 100], None, 28.5)) == []


def test_where_nobody_says_what_the_service_takes_it_asks() -> None:
    assert list(load(50, None).advice([100], None, 28.5)) == [
        "up to 50 requests run at once, and nothing says how many the service takes: set `service.concurrency`"
    ]
    assert load(50, None).told(100) == "up to 50 requests at once, what the service takes is not known"
