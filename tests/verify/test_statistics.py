"""The tests by which a verdict tells a rise from chance, against values worked out by other means."""

from __future__ import annotations

import math
import random
from itertools import combinations
from math import comb

import pytest

from lambda_migrate.verify.statistics import Share, excess_by_chance, rise_by_chance, slower_by_chance


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (Share(4, 4), Share(0, 40)),
        (Share(2, 4), Share(0, 40)),
        (Share(6, 20), Share(2, 20)),
        (Share(0, 9), Share(3, 9)),
    ],
)
def test_a_rise_of_a_share_is_as_probable_as_fisher_counts_it(now: Share, before: Share) -> None:
    marked, whole = now.count + before.count, now.of + before.of
    counted = sum(
        comb(marked, count) * comb(whole - marked, now.of - count)
        for count in range(now.count, min(marked, now.of) + 1)
    )

    assert rise_by_chance(now, before) == pytest.approx(counted / comb(whole, now.of), rel=1e-9)


def test_millions_are_counted_at_once_and_nothing_rises_from_nothing() -> None:
    assert rise_by_chance(Share(10_300, 1_000_000), Share(90_000, 9_000_000)) < 0.01
    assert rise_by_chance(Share(10_000, 1_000_000), Share(90_000, 9_000_000)) == pytest.approx(0.5, abs=0.01)
    assert rise_by_chance(Share(0, 0), Share(0, 0)) == 1.0
    assert rise_by_chance(Share(5, 5), Share(5, 5)) == pytest.approx(1.0)


def test_more_than_allowed_is_as_probable_as_the_binomial_says() -> None:
    expected = 1 - 0.99**3 - 3 * 0.01 * 0.99**2

    assert excess_by_chance(Share(2, 3), 0.01) == pytest.approx(expected, rel=1e-9)
    assert excess_by_chance(Share(0, 100), 0.01) == pytest.approx(1.0)
    assert [excess_by_chance(Share(count, 9), 0.0) for count in (0, 1)] == [1.0, 0.0]
    assert excess_by_chance(Share(9, 9), 1.0) == 1.0


def test_latencies_are_held_against_each_other_by_rank_alone() -> None:
    def same(old: float) -> float:
        return old

    assert slower_by_chance([9, 8, 7, 6, 99999], [1, 2, 3, 4, 5], same) == pytest.approx(1 / comb(10, 5))
    assert slower_by_chance([1, 2, 99999], [1, 2, 3], same) > 0.3
    assert slower_by_chance([14, 13, 12, 11, 10], [9, 8, 7, 6, 5], lambda old: old * 2) > 0.1
    assert slower_by_chance([], [1, 2], same) == slower_by_chance([1], [], same) == 1.0


def test_the_counted_distribution_is_that_of_all_orders() -> None:
    now, everything = [2.5, 4.5, 6.5], [1.0, 2.0, 2.5, 3.0, 4.5, 5.0, 6.5, 7.0]
    old = [value for value in everything if value not in now]
    higher = sum(value > other for value in now for other in old)
    as_high = [
        chosen
        for chosen in combinations(everything, 3)
        if sum(value > other for value in chosen for other in everything if other not in chosen) >= higher
    ]

    assert slower_by_chance(now, old, lambda value: value) == pytest.approx(len(as_high) / comb(8, 3))


def test_many_periods_are_approximated_closely() -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    now, old = ([chance.random() + shift for _ in range(49)] for shift in (0.1, 0.0))
    exact = slower_by_chance(now, old, lambda value: value)

    higher = sum(value > other for value in now for other in old)
    z = (higher - 0.5 - 49 * 49 / 2) / math.sqrt(49 * 49 * 99 / 12)
    assert exact == pytest.approx(0.5 * math.erfc(z / math.sqrt(2)), abs=0.005)
