"""From what was counted to sizes, bills and a verdict."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from lambda_migrate.assess.advice import assess
from lambda_migrate.assess.function import on_lambda
from lambda_migrate.assess.prices import TABLE, Priced, Prices, priced
from lambda_migrate.assess.service import Shape, Size, on_service, sizes, total
from lambda_migrate.assess.usage import MONTH, Minute, Reported, Usage

DAY = 86_400.0


def steady(rate: float, milliseconds: float, *, memory: int = 512, seconds: float = DAY) -> Usage:
    """The same each minute: `rate` a second, each as long."""
    minutes = tuple(Minute(60.0 * number, rate * 60, rate * 60 * milliseconds) for number in range(int(seconds / 60)))
    return Usage(seconds, memory, arm=False, minutes=minutes)


def test_a_million_of_200_ms_at_512_mb_cost_what_the_price_pages_reckon() -> None:
    usage = steady(1e6 / MONTH, 199.5)

    items = on_lambda(usage, Prices(), frozenset(), 0.0)

    assert [(item.name, round(item.amount, 2)) for item in items] == [
        ("requests", 0.2),
        ("duration", 1.67),
        ("logs", 0.0),
    ]


def test_the_front_that_is_paid_by_the_request_and_provisioned_instances_are_on_the_bill() -> None:
    usage = replace(steady(1e6 / MONTH, 199.5), provisioned=2)

    items = on_lambda(usage, Prices(), frozenset({"http_api", "rest_api", "sqs"}), 10.0)

    assert {item.name: round(item.amount, 2) for item in items} == {
        "requests": 0.2,
        "duration": 0.97,
        "provisioned concurrency": round(2 * MONTH * 0.5 * 0.0000041667, 2),
        "REST API": 3.5,
        "logs": 5.0,
    }


@pytest.mark.parametrize(
    ("usage", "shape", "expected"),
    [
        # 100 a second of 100 ms: 10 at once, each with 512/1769 of a processor
        (steady(100, 100), Shape(), (Size(10, "processor", 0.0), Size(2, "two zones", 0.8))),
        (replace(steady(100, 100), cpu=0.5 * DAY * 1e4 * 512 / 1769), Shape(), (Size(5, "processor", 0.5),)),
        (replace(steady(100, 1000), cpu=0.0), Shape(at_once=20), (Size(5, "requests at once", 1.0),)),
        (steady(0.01, 10), Shape(), (Size(2, "two zones", 0.0),)),
        (Usage(DAY, 128, arm=False), Shape(), (Size(2, "two zones", 0.0),)),
    ],
)
def test_tasks_follow_from_littles_law(usage: Usage, shape: Shape, expected: tuple[Size, ...]) -> None:
    assert sizes(usage, shape) == expected


def test_a_service_is_paid_by_the_hour() -> None:
    items = on_service(2, steady(50, 100), Shape(nat=1), Prices(), 4.0)

    assert {item.name: round(item.amount, 2) for item in items} == {
        "tasks": round(2 * 730 * (0.5 * 0.04048 + 0.004445), 2),
        "load balancer": 16.43,
        "capacity units": round(730 * 0.008 * 2, 2),
        "NAT gateways": 32.85,
        "public addresses": 7.3,
        "logs": 2.0,
    }


@pytest.mark.parametrize(
    ("usage", "begins"),
    [
        (steady(0.1, 100), "by cost, stay: $"),
        (steady(2, 500, memory=1769), "by cost, it depends on how much of the time is waiting: $"),
        (replace(steady(200, 500, memory=1769), cpu=DAY * 200 * 500 * 0.2), "by cost, move: $"),
        (Usage(DAY, 128, arm=False), "0 invocations are too few to compare costs"),
    ],
)
def test_the_verdict_says_stay_move_or_that_it_depends(usage: Usage, begins: str) -> None:
    assert assess(usage, Priced(Prices()), Shape()).verdict.startswith(begins)


def test_at_the_break_even_both_cost_the_same() -> None:
    usage = replace(steady(2, 200), cpu=DAY * 400 * 512 / 1769 * 0.2)
    made = assess(usage, Priced(Prices()), Shape())
    (even,) = made.break_even
    assert even is not None

    then = replace(steady(even / MONTH, 200), cpu=DAY * even / MONTH * 200 * 512 / 1769 * 0.2)
    there = assess(then, Priced(Prices()), Shape())

    assert total(there.now) == pytest.approx(total(there.there[0]), rel=0.02)
    assert made.both == (pytest.approx(total(made.now) + total(made.there[0])),)


def test_where_processors_cost_more_than_they_do_on_lambda_a_service_is_never_cheaper() -> None:
    usage = replace(steady(100, 500, memory=1769), cpu=DAY * 100 * 500)

    dear = Prices(vcpu=1.0, vcpu_arm=1.0)

    assert assess(usage, Priced(dear), Shape()).break_even == (None,)


def test_advice_names_what_would_help() -> None:
    reported = Reported(invocations=1000, billed=100_000, cold=50, memory=100)
    usage = replace(steady(1, 100, memory=2048), cpu=DAY * 100 * 0.1, throttles=3, reported=reported)

    assert assess(usage, Priced(Prices()), Shape()).advice == (
        "arm64 costs 20% less for each GB-second, if every dependency has a wheel for it",
        "100 of 2048 MB are used at most: less memory costs less, if it is not slower",
        "5.0% of the invocations are cold starts: SnapStart (Python 3.12 or newer) shortens them",
        "90% of the time is waiting, which Lambda bills and a service shares among requests",
        "2048 MB come with 1.2 vCPU, of which one event loop uses one",
        "3 calls were throttled: the limit of concurrency is reached",
        "Lambda Managed Instances and savings plans cost less for steady load, without a move",
    )


def test_prices_say_where_they_come_from() -> None:
    listed = priced({"vcpu": 0.05}, "eu-west-1")

    assert (listed.prices.vcpu, listed.prices.requests) == (0.05, 0.2)
    assert listed.source.startswith(f"Price List API, eu-west-1; from the {TABLE}: requests, duration,")
    assert priced({}, "eu-west-1").source == f"{TABLE}; the Price List API was not read"


@pytest.mark.parametrize("seed", range(8))
def test_of_a_generated_history_the_numbers_are_right_within_five_percent(seed: int) -> None:
    chance = random.Random(seed)
    mean, memory, waiting = chance.uniform(20, 2000), chance.choice([128, 512, 1769]), chance.uniform(0, 0.95)
    share = min(1.0, memory / 1769)
    minutes, cpu, load = [], 0.0, []
    for number in range(14 * 24 * 60):
        rate = chance.uniform(0.5, 1.5) * (40 if 8 <= number // 60 % 24 < 20 else 4)
        count = round(rate * 60)
        took = [max(1.0, chance.gauss(mean, mean / 10)) for _ in range(4)]
        busy = sum(took) / 4 * count
        cpu += busy * share * (1 - waiting)
        load.append(busy / 60_000)
        minutes.append(Minute(60.0 * number, count, busy))
    usage = Usage(14 * DAY, memory, arm=False, minutes=tuple(minutes), cpu=cpu)

    known = {
        "invocations": sum(minute.invocations for minute in minutes),
        "mean": mean,
        "waiting": waiting,
        "peak_load": sorted(load)[-int(len(load) * 0.001) - 1],
    }

    assert {name: getattr(usage, name) for name in known} == {
        name: pytest.approx(value, rel=0.05, abs=0.002) for name, value in known.items()
    }, f"seed {seed}"
