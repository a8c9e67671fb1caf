"""Which metrics of a source tell what became of its requests or events once they go straight to the service."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

Sum = dict[str, int]
"""Names of metrics, each with the factor that it counts with: ``{"Sent": 1, "Deleted": -1}`` is what is left."""


@dataclass(frozen=True)
class SourceMetrics:
    """The metrics of one trigger, all of one namespace and one set of dimensions.

    Attributes:
        namespace: As CloudWatch has it, ``AWS/SNS``.
        dimensions: As the source publishes them, ``{"TopicName": "orders"}``.
        tried: All that the source handed over or tried to: what a share is taken of.
        reached: What is known to have come to the service: what a verdict needs enough of.
        failed: What certainly failed: judged by its share.
        suspect: What may be as it always was (a 404, a message that comes again): judged by whether its share rose, and
            by the last look alone: a share of few says little, and some of it may only be under way.
        arrived: What a verdict calls `reached`, ``ok``.
        failing: What it calls `failed`, ``5xx``.
        suspicious: What it calls `suspect`, ``4xx``.
        name: What a person calls the source, where a verdict tells of several; else "".
        region: Where its metrics are, if not where the function is; else "".
        rates: Metrics that are percentages of another, by their names; they count as that part of it.
    """

    namespace: str
    dimensions: dict[str, str]
    tried: Sum
    reached: Sum
    failed: Sum = field(default_factory=dict)
    suspect: Sum = field(default_factory=dict)
    arrived: str = "ok"
    failing: str = "failed"
    suspicious: str = "failed"
    name: str = ""
    region: str = ""
    rates: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_requests(cls, namespace: str, dimensions: dict[str, str], count: str, failed: str, suspect: str) -> Self:
        """Return the metrics of a source of HTTP requests.

        Args:
            namespace: As CloudWatch has it.
            dimensions: As the source publishes them.
            count: The metric that counts all requests.
            failed: The one that counts answers of 5xx.
            suspect: The one that counts answers of 4xx: part of every API's life, so that its share has to rise.
        """
        return cls(
            namespace,
            dimensions,
            tried={count: 1},
            reached={count: 1, suspect: -1, failed: -1},
            failed={failed: 1},
            suspect={suspect: 1},
            failing="5xx",
            suspicious="4xx",
        )

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics, each once."""
        return tuple(sorted({*self.tried, *self.reached, *self.failed, *self.suspect}))

    def to_dict(self) -> dict[str, Any]:
        """Return them as JSON-able data."""
        rare = {name for name in ("region", "rates") if not getattr(self, name)}
        return {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in rare}
