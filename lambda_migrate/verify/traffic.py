"""What the metrics say of a version, of the proxy's own account, and of a source; None is not known, and never zero."""

from __future__ import annotations

from dataclasses import dataclass, field

PERCENTILES = ("p50", "p95", "p99")

COMPLETE = 0.9
"""The share of the invocations that the proxy has to account for; the rest may be under way to CloudWatch."""


@dataclass(frozen=True)
class Traffic:
    """What Lambda counted of one version, or of the whole function, in one window.

    Attributes:
        invocations: Invocations that ran.
        errors: Those that ended in a function error.
        throttles: Invocations that were refused; they are none of `invocations`.
        latency: Duration in milliseconds by percentile, one value for each period of the metric.
    """

    invocations: int | None = None
    errors: int | None = None
    throttles: int | None = None
    latency: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Accounts:
    """What the proxy wrote of one version in one window, in the embedded metric format.

    Attributes:
        proxied: Events that the service answered.
        passed_through: Events that were not meant for it.
        failed: Events that nobody answered.
        fallbacks: Events that the original answered because the service could not be reached.
        server_errors: Requests that were answered with 5xx.
        client_errors: Requests that were answered with 4xx.
        requests: Events that were HTTP requests; a version from before this was counted does not say.
    """

    proxied: int | None = None
    passed_through: int | None = None
    failed: int | None = None
    fallbacks: int | None = None
    server_errors: int | None = None
    client_errors: int | None = None
    requests: int | None = None

    @property
    def accounted(self) -> int:
        """Events that the proxy tells of; each is in exactly one of the four."""
        parts = (self.proxied, self.passed_through, self.failed, self.fallbacks)
        return sum(part or 0 for part in parts)

    @property
    def meant_for_service(self) -> int:
        """What a share of 5xx or 4xx is taken of: the requests, or all that went to the service."""
        return self.requests or (self.proxied or 0) + (self.failed or 0)

    @property
    def tells_statuses(self) -> bool:
        """Whether 5xx and 4xx are counted, where there was something to count."""
        return not self.proxied or None not in (self.server_errors, self.client_errors)


@dataclass(frozen=True)
class Flow:
    """What a source counted in one window, by the fields of `SourceMetrics`.

    Attributes:
        seen: Whether it counted anything at all; a source that publishes only what is not zero leaves out the rest.
    """

    tried: int = 0
    reached: int = 0
    failed: int = 0
    suspect: int = 0
    seen: bool = True

    @property
    def whole(self) -> int:
        """What a share is taken of; a source may count a failure that it did not count as tried."""
        return max(self.tried, self.failed, self.suspect)
