"""What a function does: counted by CloudWatch, and by the lines that Lambda writes at the end of each invocation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTH = 730 * 3600.0
"""Seconds of a month, as AWS's price pages count it: 730 hours."""

BUSY = 0.999
"""The share of the minutes that the peak is not exceeded in: a single minute decides nothing."""

FULL_CPU = 1769.0
"""MB of memory at which a function has one vCPU ("Configure Lambda function memory", Lambda developer guide)."""


@dataclass(frozen=True)
class Minute:
    """One minute in which the function was invoked.

    Attributes:
        at: Its beginning, in seconds since the epoch.
        invocations: How many began.
        busy: Milliseconds that they took, all together.
    """

    at: float
    invocations: float
    busy: float


@dataclass(frozen=True)
class Reported:
    """What the REPORT lines of the logs say of the window.

    Attributes:
        invocations: Lines that were read.
        billed: Milliseconds that were billed, all together.
        cold: Those that began with a start of the function.
        memory: MB that one invocation used at most.
    """

    invocations: float
    billed: float
    cold: float
    memory: float


@dataclass(frozen=True)
class Usage:
    """What a function did in a window.

    Attributes:
        seconds: Length of the window.
        memory: MB that it is given.
        arm: Whether it runs on arm64.
        minutes: Those in which it was invoked, in rising order.
        latency: Milliseconds by percentile: ``p50``, ``p95``, ``p99``; without what is not known.
        errors: Function errors.
        throttles: Calls that were refused.
        concurrency: The most at once that Lambda saw; None where it is not known.
        cpu: Milliseconds of processor time of the window, of Lambda Insights; None without it.
        provisioned: Instances of provisioned concurrency.
        requests: Of the invocations, those that were HTTP requests, as their sources counted; None where one of them
            does not tell.
        reported: What the logs say; None where they were not asked.
    """

    seconds: float
    memory: int
    arm: bool
    minutes: tuple[Minute, ...] = ()
    latency: tuple[tuple[str, float], ...] = ()
    errors: float = 0.0
    throttles: float = 0.0
    concurrency: float | None = None
    cpu: float | None = None
    provisioned: int = 0
    requests: float | None = None
    reported: Reported | None = None

    @cached_property
    def invocations(self) -> float:
        """Invocations of the window."""
        return math.fsum(minute.invocations for minute in self.minutes)

    @cached_property
    def busy(self) -> float:
        """Milliseconds that the invocations took, all together."""
        return math.fsum(minute.busy for minute in self.minutes)

    @property
    def mean(self) -> float:
        """Milliseconds that an invocation takes in the mean; 0 if there was none."""
        return self.busy / self.invocations if self.invocations else 0.0

    @property
    def billed(self) -> float:
        """Milliseconds that are billed: what the logs say, else what was counted, each invocation rounded up."""
        if self.reported and self.reported.invocations:
            return self.reported.billed * self.invocations / self.reported.invocations
        return self.busy + self.invocations / 2

    @property
    def monthly(self) -> float:
        """How many such windows a month has."""
        return MONTH / self.seconds

    @property
    def vcpus(self) -> float:
        """The share of processors that the function is given; more than one only helps who uses threads."""
        return self.memory / FULL_CPU

    @property
    def waiting(self) -> float | None:
        """The share of its time in which the function waits: for a database, another service; None where unknown."""
        if self.cpu is None or not self.busy:
            return None
        return round(min(1.0, max(0.0, 1.0 - self.cpu / (self.busy * min(1.0, self.vcpus)))), 6)

    @cached_property
    def peak_rate(self) -> float:
        """Invocations a second in the busiest minutes."""
        return _peak([minute.invocations / 60 for minute in self.minutes], self.seconds / 60)

    @cached_property
    def peak_load(self) -> float:
        """Invocations at once in the busiest minutes: by Little's law, arrivals a second times seconds of each."""
        return _peak([minute.busy / 60_000 for minute in self.minutes], self.seconds / 60)


def _peak(values: Sequence[float], minutes: float) -> float:
    """Return the value that all but one in a thousand minutes of the window stay under; idle ones count as zero."""
    if not values:
        return 0.0
    above = min(len(values) - 1, int((1 - BUSY) * minutes))
    return sorted(values, reverse=True)[above]
