"""What came of one rate: latencies counted from when each request was due, so that a queue shows in them.

Whoever waits for one answer before sending the next measures a slow service by few requests ("coordinated omission",
G. Tene). Here requests are due at fixed times, whatever became of those before, and each latency begins there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class Step:
    """What came of one rate.

    Attributes:
        rate: Requests a second that were due.
        sent: Requests that were sent.
        errors: Those that were answered with 429 or 5xx, or not at all.
        refused: Those that were answered with another 4xx.
        latency: Milliseconds by percentile, and the slowest, ``max``; empty where nothing was answered.
        achieved: Answers a second, while requests were due.
        late: Milliseconds by which this machine began 99 of 100 requests late, at most.
        stopped: Why it ended before its time; "" where it did not.
        statuses: How often each status came; 0 stands for no answer.
    """

    rate: float
    sent: int
    errors: int
    refused: int
    latency: dict[str, float]
    achieved: float
    late: float = 0.0
    stopped: str = ""
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def error_share(self) -> float:
        """The share of the requests that ended in an error."""
        return self.errors / self.sent if self.sent else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {**vars(self), "statuses": {str(status): count for status, count in self.statuses.items()}}


def summary(latencies: Sequence[float]) -> dict[str, float]:
    """Return the percentiles of latencies in milliseconds, and the slowest; nearest rank, nothing is interpolated.

    Args:
        latencies: In seconds, of every request that was sent; one without an answer counts until it was given up.
    """
    if not latencies:
        return {}
    ranked = sorted(latencies)
    told = {name: _milliseconds(_rank(ranked, share)) for name, share in PERCENTILES.items()}
    return {**told, "max": _milliseconds(ranked[-1])}


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by nearest rank; 0 if there are no values."""
    return _rank(sorted(values), share) if values else 0.0


def _rank(ranked: Sequence[float], share: float) -> float:
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
