"""What a canary asks of the service at each weight, against what the service takes at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.gates import service_too_small
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker

WHOLE = 100
SHORT = 10.0
"""Seconds of `proxy.api_timeout` that need no advice: what waits so long holds little of the account's concurrency."""

HALF = 2


@dataclass(frozen=True)
class Load:
    """How many requests the function ran at once, and how many the service takes.

    Attributes:
        peak: The most invocations at once in the last two weeks; None if there were none, or it is not known.
        unread: Why the peak could not be read, or "".
        capacity: Requests that the service takes at once before it scales out; None where nobody says.
        origin: How that comes about, for example ``2 instances of 50``.
        largest: The same once it has scaled out.
    """

    peak: int | None = None
    unread: str = ""
    capacity: int | None = None
    origin: str = ""
    largest: int | None = None

    def at(self, percent: int) -> int:
        """Return how many of the peak's requests come at once at a weight, at most."""
        return math.ceil((self.peak or 0) * percent / WHOLE)

    def told(self, percent: int) -> str:
        """Return what a weight asks of the service, one clause; "" where nothing is known."""
        if not self.peak:
            return ""
        takes = f"the service takes {self._takes}" if self.capacity else "what the service takes is not known"
        return f"up to {self.at(percent)} requests at once, {takes}"

    @property
    def _takes(self) -> str:
        more = f", {self.largest} once it has scaled out" if self.largest and self.largest != self.capacity else ""
        return f"{self.capacity} ({self.origin}{more})"

    def blockers(self, weights: list[int]) -> Iterator[Blocker]:
        """Yield that the service is too small for a weight, or that the peak could not be read."""
        if self.unread:
            text = f"how many requests run at once could not be read: {self.unread}"
            yield closed(service_too_small, f"{text}; allow it, or accept this where you know that they fit")
        first = next((each for each in weights if self.capacity and self.at(each) > self.capacity), None)
        if first is not None:
            text = f"at {first} % up to {self.at(first)} requests come at once, the service takes {self._takes}"
            yield closed(service_too_small, f"{text}; raise its minimum or take smaller weights", f"{first} %")

    def advice(self, weights: list[int], reserved: int | None, api_timeout: float) -> Iterator[str]:
        """Yield what keeps a slow service from taking the account's concurrency, where it will be busy; one line each.

        Args:
            weights: Percent on the proxy, step by step.
            reserved: The function's reserved concurrency.
            api_timeout: Seconds that the proxy waits for the service.
        """
        if not self.peak or not weights:
            return
        if self.capacity is None:
            text = f"up to {self.peak} requests run at once, and nothing says how many the service takes"
            yield f"{text}: set `service.concurrency`"
        elif self.at(weights[-1]) * HALF >= self.capacity:
            if reserved is None:
                text = f"reserve about {self.peak * HALF} of concurrency for the function while traffic moves"
                yield f"{text}: a slow service would take the account's otherwise"
            if api_timeout > SHORT:
                text = f"each request waits up to {api_timeout:g} s for the service"
                yield f"{text}: a lower `proxy.api_timeout` holds less of Lambda's concurrency"
