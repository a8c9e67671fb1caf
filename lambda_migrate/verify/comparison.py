"""One number now against the same number of the original: more than is allowed, and more than chance explains."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.verify.statistics import (
    EARLY_LOOK,
    LAST_LOOK,
    OVERWHELMING,
    excess_by_chance,
    rise_by_chance,
    slower_by_chance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.config import Verify
    from lambda_migrate.verify.statistics import Share

Against = Literal["original", "before"]

HALF = 0.5
"""What may be answered 4xx where nobody knows how many were before: a service without a known path refuses all."""


@dataclass(frozen=True)
class ShareComparison:
    """The share of something unwanted.

    Attributes:
        what: Its name, ``5xx``.
        now: Of the version on trial, or of the source since the step.
        before: What it is held against; None where nothing is known.
        against: ``original``, over the same minutes, or ``before``, for as long before the step.
        alone: What is allowed where nothing is known to hold it against, as a fraction of 1; None: as a rise.
    """

    what: str
    now: Share
    before: Share | None
    against: Against = "before"
    alone: float | None = None

    def chance(self, rules: Verify) -> float:
        """Return how probable such a rise is by chance; 1 where the rise is within what is allowed.

        A baseline of fewer than `verify.minimum_invocations` is none.
        """
        known = self.before if self.before and self.before.of >= rules.minimum_invocations else None
        if known:
            risen = self.now.ratio - known.ratio > rules.maximum_error_rate
            return rise_by_chance(self.now, known) if risen else 1.0
        allowed = rules.maximum_error_rate if self.alone is None else self.alone
        return excess_by_chance(self.now, allowed) if self.now.ratio > allowed else 1.0

    def risen(self, rules: Verify, *, final: bool) -> bool:
        """Return whether it is a reason to fail."""
        enough = max(self.now.of, self.now.count) >= rules.minimum_invocations
        return self.chance(rules) < (_sure(final=final) if enough else OVERWHELMING)

    def suspicious(self, rules: Verify) -> bool:
        """Return whether it would be a reason to fail if there were enough to count."""
        return self.chance(rules) < LAST_LOOK

    def __str__(self) -> str:
        known = ""
        if self.before and (self.now.count or self.before.count):
            known = f" ({self.against} {self.before.count} of {self.before.of})"
        return f"{self.what} {self.now}{known}"

    def to_dict(self, rules: Verify) -> dict[str, Any]:
        """Return all numbers as JSON-able data."""
        return {
            "now": [self.now.count, self.now.of],
            self.against: [self.before.count, self.before.of] if self.before else None,
            "allowed": rules.maximum_error_rate if self.alone is None or self.before else self.alone,
            "chance": float(f"{self.chance(rules):.3g}"),
        }


@dataclass(frozen=True)
class LatencyComparison:
    """One percentile of the duration, in milliseconds, for each period of the metric."""

    what: str
    now: tuple[float, ...]
    before: tuple[float, ...]
    against: Against = "before"

    def limit(self, rules: Verify) -> float:
        """Return what the middle of the old values may become, in milliseconds."""
        return _slowed(median(self.before), rules)

    def risen(self, rules: Verify, *, final: bool) -> bool:
        """Return whether it is a reason to fail."""
        return self.chance(rules) < _sure(final=final)

    def chance(self, rules: Verify) -> float:
        """Return how probable such latencies are by chance; 1 where they are within what is allowed."""
        if not self.now or not self.before or median(self.now) <= self.limit(rules):
            return 1.0
        return slower_by_chance(self.now, self.before, lambda old: _slowed(old, rules))

    def suspicious(self, rules: Verify) -> bool:  # noqa: ARG002  # as for a share
        """Return that it is not: a few latencies say nothing."""
        return False

    def __str__(self) -> str:
        known = f" ({self.against} {median(self.before):.0f} ms)" if self.before else ""
        return f"{self.what} {median(self.now):.0f} ms{known}" if self.now else f"{self.what} unknown"

    def to_dict(self, rules: Verify) -> dict[str, Any]:
        """Return all numbers as JSON-able data, latencies in milliseconds."""
        return {
            "now": [round(value, 1) for value in self.now],
            self.against: [round(value, 1) for value in self.before],
            "allowed": round(self.limit(rules), 1) if self.before else None,
            "chance": float(f"{self.chance(rules):.3g}"),
        }


Comparison = ShareComparison | LatencyComparison


def _sure(*, final: bool) -> float:
    return LAST_LOOK if final else EARLY_LOOK


def _slowed(milliseconds: float, rules: Verify) -> float:
    """Return what a latency may become: by the allowed factor, and by the smallest rise that counts at the least."""
    return max(milliseconds * (1 + rules.maximum_slowdown), milliseconds + rules.minimum_slowdown * 1000)


def as_evidence(compared: Sequence[Comparison], rules: Verify) -> dict[str, Any]:
    """Return what was compared as JSON-able data."""
    return {"compared": {each.what: each.to_dict(rules) for each in compared}}
