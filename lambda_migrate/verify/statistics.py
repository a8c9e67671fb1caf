"""Whether a share or a latency rose by more than chance explains; exact tests, no more than arithmetic.

Three questions, three textbook tests, all one-sided (only a rise is held against the service):

- Two shares, each counted (errors of a version, errors of the original): **Fisher's exact test**. R. A. Fisher,
  "Statistical Methods for Research Workers", §21.02; A. Agresti, "Categorical Data Analysis", §3.5. It needs no minimum
  and is never too sure with few counts, where a normal approximation is.
- One share against a share that is allowed, where nothing can be held against it: the **binomial test**
  (W. J. Conover, "Practical Nonparametric Statistics", §3.1).
- Two sets of latencies (one percentile for each period of the metric): the **Mann-Whitney test** (H. B. Mann and
  D. R. Whitney, Annals of Mathematical Statistics 18, 1947; Conover §5.1). It asks for ranks alone, so that one slow
  minute is one slow minute. A new value counts as higher only where it is above what the old one is allowed to become.

A verdict compares about ten numbers, so that each has to be ten times as sure as the whole (Bonferroni): p < 0.001, for
a verdict that chance alone fails in less than one of a hundred. Looks before the last one ask for ten times more, so
that looking every half minute does not make chance look like a rise; the idea is **Haybittle and Peto's**
(J. L. Haybittle, British Journal of Radiology 44, 1971; R. Peto et al., British Journal of Cancer 34, 1976).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LAST_LOOK, EARLY_LOOK = 0.001, 0.0001
"""The probability of chance below which a rise is one: at the last look, and at the looks before it."""

OVERWHELMING = 1e-6
"""The same, where there are fewer to count than a verdict asks for: ten failures out of ten need no more of them."""

_EXACT_PAIRS = 2500
"""Up to so many pairs of values the distribution of Mann and Whitney's U is counted, beyond it is a normal one."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def ratio(self) -> float:
        """The share as a fraction of 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.count} of {self.of}" if self.count else "0"


def rise_by_chance(now: Share, before: Share) -> float:
    """Return how probable so many now are, or more, if nothing had changed (Fisher's exact test).

    Args:
        now: What is counted now.
        before: What it is held against.
    """
    marked, drawn, whole = now.count + before.count, now.of, now.of + before.of
    return _tail(now.count, min(marked, drawn), lambda count: _hypergeometric(count, marked, drawn, whole))


def excess_by_chance(now: Share, allowed: float) -> float:
    """Return how probable so many are, or more, if the true share were the one allowed (binomial test).

    Args:
        now: What is counted.
        allowed: A fraction of 1.
    """
    if allowed <= 0.0:
        return 0.0 if now.count else 1.0
    if allowed >= 1.0:
        return 1.0
    one, other = math.log(allowed), math.log1p(-allowed)
    return _tail(now.count, now.of, lambda count: _choose(now.of, count) + count * one + (now.of - count) * other)


def slower_by_chance(now: Sequence[float], before: Sequence[float], limit: Callable[[float], float]) -> float:
    """Return how probable it is that latencies are so much above their limits if they were not (Mann-Whitney test).

    Args:
        now: One latency for each period, in any unit.
        before: The same of what it is held against.
        limit: What a latency of before may become.
    """
    pairs = len(now) * len(before)
    if not pairs:
        return 1.0
    higher = sum(value > limit(old) for value in now for old in before)
    if pairs <= _EXACT_PAIRS:
        ways = _ways(len(now), len(before))
        return sum(ways[higher:]) / sum(ways)
    spread = math.sqrt(pairs * (len(now) + len(before) + 1) / 12)
    return 0.5 * math.erfc((higher - 0.5 - pairs / 2) / spread / math.sqrt(2))


def _tail(first: int, last: int, logarithm: Callable[[int], float]) -> float:
    """Return the sum of a distribution with one peak from `first` to `last`, given its logarithm."""
    total = highest = 0.0
    for count in range(first, last + 1):
        term = math.exp(logarithm(count))
        total, highest = total + term, max(highest, term)
        if term < highest * 1e-12:
            break  # past the peak: what follows adds nothing
    return min(1.0, total)


def _hypergeometric(count: int, marked: int, drawn: int, whole: int) -> float:
    if drawn - count > whole - marked:
        return -math.inf
    return _choose(marked, count) + _choose(whole - marked, drawn - count) - _choose(whole, drawn)


def _choose(whole: int, part: int) -> float:
    """Return the logarithm of the number of ways to take a part."""
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


@cache
def _ways(first: int, second: int) -> tuple[int, ...]:
    """Return in how many orders of two samples U is 0, 1, 2, …: the coefficients of the Gaussian binomial."""
    ways = [1] + [0] * (first * second)
    for step in range(1, first + 1):
        for place in range(len(ways) - 1, second + step - 1, -1):
            ways[place] -= ways[place - second - step]
        for place in range(step, len(ways)):
            ways[place] += ways[place - step]
    return tuple(ways)
