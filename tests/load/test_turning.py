"""Where a service turns, on queues whose capacity is known, and what the numbers are worth."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from lambda_migrate.load.step import Step, percentile, summary
from lambda_migrate.load.turning import ENOUGH, Limits, Turning, turned, turning

SERVICE, SECONDS = 0.02, 30.0
"""Seconds of work for a request of the queue; and for how long each rate lasts."""
RISE = Limits().rise / 1000
"""Seconds by which a p99 may rise."""


def queue(rate: float, capacity: float) -> Step:
    """Return what came of a rate at a service of one queue: each answer begins where the one before ended (Lindley)."""
    free, latencies, finished = 0.0, [], []
    for number in range(round(rate * SECONDS)):
        due = number / rate
        free = max(free, due) + 1 / capacity
        finished.append(free)
        latencies.append(free - due)
    span = finished[-1] - finished[0]
    return Step(
        rate, len(latencies), 0, 0, summary(latencies), (len(finished) - 1) / span, statuses={200: len(finished)}
    )


def climbed(capacity: float, rates: list[float]) -> list[Step]:
    """Return the steps up to the first one that is not held."""
    steps: list[Step] = []
    for rate in rates:
        steps.append(queue(rate, capacity))
        if turned(steps[-1], steps[0], Limits()):
            break
    return steps


def test_the_rate_at_which_a_queue_turns_is_found_within_a_step() -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    draw, rates = random.Random(seed), [5.0 * 2**step for step in range(8)]
    for capacity in (draw.uniform(6, 600) for _ in range(20)):
        found = turning(climbed(capacity, rates), Limits(), searched=True)

        assert found.turns, capacity
        assert found.holds == found.turns / 2, capacity
        # what is missing to a rate is seen once the queue has grown by the rise that is allowed
        assert found.holds * (1 - RISE / SECONDS) <= capacity <= found.turns * 1.02, capacity


STEADY = Step(10, 300, 0, 0, {"p50": 20.0, "p95": 25.0, "p99": 30.0, "max": 31.0}, 10.0, statuses={200: 300})
FAST = replace(STEADY, rate=20, sent=600, achieved=20.0)
HELD = "holds 20 requests a second, the highest rate that was tried"


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (FAST, ""),
        (replace(FAST, errors=6), ""),
        (replace(FAST, errors=7), "7 of 600 requests failed"),
        (replace(FAST, latency={"p99": 130.0}), ""),
        (replace(FAST, latency={"p99": 131.0}), "p99 131 ms, 30 ms at 10 a second"),
        (replace(FAST, achieved=17.9), "only 17.9 answers came a second"),
        (replace(FAST, achieved=17.9, sent=ENOUGH - 1), ""),
        (replace(FAST, stopped="the service's health check fails: 503"), "the service's health check fails: 503"),
    ],
)
def test_a_rate_is_held_or_the_reason_is_told(last: Step, why: str) -> None:
    assert turned(last, STEADY, Limits()) == why
    assert turning([STEADY, last], Limits(), searched=True).turns == (20 if why else None)


def test_a_search_that_turns_has_found_what_it_looked_for_and_a_rate_that_was_asked_for_has_failed() -> None:
    steps = [STEADY, replace(FAST, errors=60)]
    text = "holds 10 requests a second, turns at 20: 60 of 600 requests failed"

    assert turning(steps, Limits(), searched=True) == Turning("pass", text, 10, 20)
    assert turning(steps, Limits(), searched=False) == Turning("fail", text, 10, 20)
    assert turning([STEADY, FAST], Limits(), searched=False) == Turning("pass", HELD, 20)
    assert turning([replace(STEADY, errors=300)], Limits(), searched=True) == Turning(
        "fail", "does not hold 10 requests a second: 300 of 300 requests failed", None, 10
    )


def test_what_the_numbers_cannot_tell_is_inconclusive() -> None:
    late = replace(FAST, late=250.0, latency={"p99": 900.0})
    refused = replace(FAST, refused=400, statuses={200: 200, 401: 390, 404: 10})
    asked = "400 of 600 requests were answered 401: what they lack, the recorded events lack"

    assert turning([], Limits(), searched=True, stopped="not healthy").result == "inconclusive"
    assert turning([STEADY, late], Limits(), searched=True) == Turning(
        "inconclusive", "at 20 a second this machine was 250 ms late itself: load from a larger one", 10
    )
    assert turning([STEADY, refused], Limits(), searched=True) == Turning(
        "inconclusive", asked, 10, None, ("400 requests were answered 4xx",)
    )
    assert turning([STEADY], Limits(), searched=True, stopped="not healthy after it").holds == 10


def test_a_p99_of_few_answers_says_what_it_is_worth() -> None:
    (remark,) = turning([replace(STEADY, sent=50)], Limits(), searched=True).remarks

    assert remark == "a p99 of fewer than 100 answers is the slowest of them: load for longer (`--each`)"


def test_percentiles_are_answers_that_came_and_none_that_lies_between() -> None:
    assert summary([]) == {}
    assert summary([0.001 * number for number in range(1, 101)]) == {
        "p50": 50.0,
        "p95": 95.0,
        "p99": 99.0,
        "max": 100.0,
    }
    assert summary([0.5, 0.1]) == {"p50": 100.0, "p95": 500.0, "p99": 500.0, "max": 500.0}
    assert (percentile([], 0.5), percentile([3.0, 1.0, 2.0], 0.5)) == (0.0, 2.0)
