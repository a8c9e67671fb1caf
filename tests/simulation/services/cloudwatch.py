"""CloudWatch: what was counted while time went by, by period; and no alarms."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.traffic import Key
    from tests.simulation.world import World

MILLISECONDS = 40.0
"""What every invocation takes."""


class CloudWatch:
    """Attributes: ``spans``: from, to, and what was counted in a second meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.spans: list[tuple[float, float, dict[Key, float]]] = []

    def count(self, start: float, end: float, rates: dict[Key, float]) -> None:
        """Count what came between two moments."""
        if self.spans and self.spans[-1][1] == start and self.spans[-1][2] is rates:
            self.spans[-1] = (self.spans[-1][0], end, rates)
        else:
            self.spans.append((start, end, rates))

    def get_metric_data(self, *, MetricDataQueries: list[Document], StartTime: datetime, EndTime: datetime) -> Document:
        start, end = StartTime.timestamp(), EndTime.timestamp()
        known = self.world.time.now - self.world.unkind.metrics_late
        spans = [each for each in self.spans if each[0] < min(end, known) and each[1] > start]
        results = []
        for query in MetricDataQueries:
            values = self._values(query["MetricStat"], spans, start, min(end, known))
            times = [datetime.fromtimestamp(when, UTC) for when in values]
            results.append(
                {
                    "Id": query["Id"],
                    "Label": query["MetricStat"]["Metric"]["MetricName"],
                    "Timestamps": times,
                    "Values": list(values.values()),
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": results}

    def _values(self, asked: Any, spans: list[Any], start: float, end: float) -> dict[float, float]:
        metric, period = asked["Metric"], asked["Period"]
        about = tuple(sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions", ())))
        key = (metric["Namespace"], metric["MetricName"], about)
        found: dict[float, float] = {}
        for begin, over, rates in spans:
            rate = rates.get(key)
            if rate is None:
                continue
            first, last = max(begin, start), min(over, end)
            for number in range(math.floor(first / period), math.ceil(last / period)):
                inside = min(last, (number + 1) * period) - max(first, number * period)
                if inside > 0:
                    found[number * period] = found.get(number * period, 0.0) + rate * inside
        if asked["Stat"] != "Sum":
            return {when: MILLISECONDS for when, count in found.items() if count}
        return found

    def describe_alarms(self, **_asked: Any) -> Document:
        return {"MetricAlarms": [], "CompositeAlarms": []}
