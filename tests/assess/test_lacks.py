"""What an assessment could not see, and what it is then worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_migrate.assess.function import on_lambda
from lambda_migrate.assess.lacks import LogGroup, Looked, lacks
from lambda_migrate.assess.prices import Prices
from lambda_migrate.assess.service import Size
from lambda_migrate.assess.usage import Minute, Reported, Usage

DAY = 86_400.0
ONE = (Size(2, "two zones", 0.0),)
SEEN = Usage(
    14 * DAY,
    512,
    arm=False,
    minutes=(Minute(60.0, 5000, 1e6),),
    latency=(("p50", 1.0),),
    cpu=1.0,
    reported=Reported(1, 1, 0, 1),
)
GROUP = LogGroup("/aws/lambda/orders")
LOOKED = Looked(0.0, GROUP, logs=True, log_bytes=1e9, cost=0.005)
UNKNOWN = "cold starts and memory are not known, billed time is each duration rounded up"
UNREAD = replace(SEEN, reported=None)


def told(usage: Usage = SEEN, looked: Looked = LOOKED, sized: tuple[Size, ...] = ONE) -> list[str]:
    return list(lacks(usage, sized, looked))


def test_where_everything_is_known_nothing_is_said() -> None:
    assert told() == []


def test_without_metrics_the_answer_is_the_least_that_a_service_costs() -> None:
    assert told(replace(UNREAD, minutes=())) == [
        "CloudWatch counted no invocation in 14 days: the cost of a service is then the least that one costs"
    ]


def test_a_function_that_is_newer_than_the_window_is_said() -> None:
    late = replace(SEEN, minutes=(Minute(10.5 * DAY, 5000, 1e6),))

    assert told(late) == [
        (
            "nothing was counted before 1970-01-11, and a month is reckoned from all 14 days:"
            " if the function is as new as that, say `--days 3`"
        )
    ]


@pytest.mark.parametrize(
    ("sized", "worth"),
    [(ONE, "it does not matter here"), ((*ONE, *ONE), "costs as a service are a range, for none and for 80 %")],
)
def test_without_lambda_insights_the_share_of_waiting_is_not_known(sized: tuple[Size, ...], worth: str) -> None:
    usage = replace(SEEN, cpu=None, latency=())

    assert told(usage, sized=sized) == [
        "CloudWatch has no percentiles of the duration: the mean alone is known",
        f"Lambda Insights is off, so that the share of waiting is not known: {worth}",
    ]


@pytest.mark.parametrize(
    ("looked", "line"),
    [
        (
            replace(LOOKED, logs=False),
            (
                "cold starts and memory are not known, billed time is each duration rounded up: `--logs` reads them,"
                " for about $0.01"
            ),
        ),
        (replace(LOOKED, group=LogGroup("g", kind="")), f"log group `g` does not exist: {UNKNOWN}"),
        (
            replace(LOOKED, group=LogGroup("g", kind="INFREQUENT_ACCESS")),
            f"log group `g` is of class Infrequent Access, in which a query finds no REPORT lines: {UNKNOWN}",
        ),
        (
            replace(LOOKED, group=LogGroup("g", kind="DELIVERY")),
            f"log group `g` is of class DELIVERY, and cannot be queried: {UNKNOWN}",
        ),
        (
            LOOKED,
            (
                "log group `/aws/lambda/orders` has no REPORT lines of these days (they may be too old, or elsewhere):"
                f" {UNKNOWN}"
            ),
        ),
        (
            replace(LOOKED, group=LogGroup("g", as_json=True)),
            (
                "log group `g` has no REPORT lines of these days (the function's system log level may be above INFO):"
                f" {UNKNOWN}"
            ),
        ),
    ],
)
def test_where_the_logs_say_nothing_it_is_said_why(looked: Looked, line: str) -> None:
    assert told(UNREAD, looked) == [line]


def test_a_group_that_keeps_less_than_the_window_says_of_how_many_days_it_tells() -> None:
    assert told(looked=replace(LOOKED, group=replace(GROUP, days=7))) == [
        "log group `/aws/lambda/orders` keeps 7 days: cold starts, memory and billed time are of those alone"
    ]
    assert told(looked=replace(LOOKED, group=replace(GROUP, days=14))) == []


def test_a_group_that_could_not_be_looked_at_or_counted_is_said() -> None:
    assert told(looked=Looked(0.0, LogGroup("g", problem="denied"), logs=True)) == [
        "log group `g` could not be looked at: denied; its class and retention are not known",
        "CloudWatch counted no bytes of log group `g`: the cost of logs is not known, and not counted",
    ]


def test_a_front_is_paid_for_its_requests_and_not_for_events() -> None:
    usage = replace(SEEN, requests=1000.0)
    fronts = frozenset({"http_api"})

    paid = [
        next(item.amount for item in on_lambda(each, Prices(), fronts, 0.0) if item.name == "HTTP API")
        for each in (SEEN, usage, replace(SEEN, requests=9000.0))
    ]

    assert paid == [pytest.approx(paid[0]), pytest.approx(paid[0] / 5), pytest.approx(paid[0])]
