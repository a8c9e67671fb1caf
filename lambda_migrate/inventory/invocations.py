"""What CloudWatch says about a function's traffic: the proof that it is quiet, or that it is not.

Lambda writes no zeros: where nothing is invoked there are no data points. So silence only counts where the same metric
was seen before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch

if TYPE_CHECKING:
    from datetime import datetime

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory import Inventory

NAMESPACE = "AWS/Lambda"
LOOKBACK = 14 * 86400.0
"""Seconds before the quiet period in which an invocation shows that the metric exists."""

_RETENTION = ((15 * 86400, 60), (63 * 86400, 300), (455 * 86400, 3600))
"""CloudWatch keeps data points of a period (s) for so long (s) ("Metrics retention" in its user guide)."""

_QUERIES = 500
"""GetMetricData takes so many queries at once."""


@dataclass(frozen=True)
class InvocationCounts:
    """The invocations of a function within a period that ends now.

    Attributes:
        since: Start of the period, ISO 8601.
        until: End of the period, ISO 8601.
        quiet: Length of the period in seconds.
        invocations: Their number by resource (``orders``, ``orders:live``, ``orders:7``), all of them under ``*``.
        in_flight: Those that began so late that they may still run.
        known: Whether the metric was ever seen, before the period or within it; silence proves nothing otherwise.
        explained: Resources that a known, enabled trigger invokes.
        refused: What came and was not invoked, or not yet, by metric: a throttled call is not an invocation
            ("Types of metrics for Lambda functions" in Lambda's developer guide).
    """

    since: str
    until: str
    quiet: float
    invocations: dict[str, float] = field(default_factory=dict)
    in_flight: float = 0.0
    known: bool = False
    explained: tuple[str, ...] = ()
    refused: dict[str, float] = field(default_factory=dict)

    @property
    def by_resource(self) -> dict[str, float]:
        """Invocations by resource, those left out that had none; what no resource accounts for stands under ``*``."""
        counted = {resource: count for resource, count in self.invocations.items() if count and resource != ALL}
        rest = self.invocations.get(ALL, 0.0) - sum(counted.values())
        return {**counted, **({ALL: rest} if rest > 0 else {})}

    @property
    def unexplained(self) -> dict[str, float]:
        """Invocations of resources that no known trigger invokes."""
        return {resource: count for resource, count in self.by_resource.items() if resource not in self.explained}


ALL = "*"
REFUSED = ("Throttles", "AsyncEventsReceived", "UrlRequestCount")
"""Metrics of a function that count callers whom Invocations leaves out."""


def count(aws: Aws, found: Inventory, *, quiet: float, period: float, now: datetime) -> InvocationCounts:
    """Read how often the function and each of its qualifiers was invoked.

    Args:
        aws: Where to look.
        found: The function, with versions, aliases and triggers.
        quiet: Length of the period that ends now, in seconds.
        period: Resolution of the metrics in seconds; coarser where CloudWatch keeps no finer ones for so long.
        now: The end of the period, with its time zone.
    """
    function = found.function
    resources = [function.name, *(f"{function.name}:{alias.name}" for alias in function.aliases)]
    resources += [f"{function.name}:{version.number}" for version in function.versions]
    since = now - timedelta(seconds=quiet)
    within = _read(aws, function.name, [ALL, *resources], since, now, _resolution(quiet, period))
    late = _read(aws, function.name, [ALL], now - timedelta(seconds=function.timeout), now, _resolution(0, period))
    known = bool(within[ALL]) or bool(
        _read(
            aws, function.name, [ALL], since - timedelta(seconds=LOOKBACK), since, _resolution(quiet + LOOKBACK, period)
        )[ALL]
    )
    invoked = {_resource(function.name, trigger.qualifier) for trigger in found.triggers if trigger.enabled}
    return InvocationCounts(
        since=since.isoformat(),
        until=now.isoformat(),
        quiet=quiet,
        invocations={resource: sum(values) for resource, values in within.items()},
        in_flight=sum(late[ALL]),
        known=known,
        explained=tuple(sorted(invoked)),
        refused=_refused(aws, function.name, since, now, _resolution(quiet, period)),
    )


def _refused(aws: Aws, function: str, start: datetime, end: datetime, period: int) -> dict[str, float]:
    """Return how often callers came whose calls are not counted as invocations, by metric; nothing where none did."""
    queries = [_query(metric.lower(), function, ALL, period, metric) for metric in REFUSED]
    read = cloudwatch.values(aws, queries, start, end)
    counted = {metric: sum(read[metric.lower()]) for metric in REFUSED}
    return {metric: count for metric, count in counted.items() if count}


def _resource(function: str, qualifier: str) -> str:
    return f"{function}:{qualifier}" if qualifier else function


def _resolution(age: float, period: float) -> int:
    """Return the period in seconds: at least what CloudWatch still keeps of that age, a multiple of 60 from there."""
    kept = next((finest for reach, finest in _RETENTION if age <= reach), _RETENTION[-1][1])
    return max(int(period), kept if age > 3 * 3600 else 1)


def _read(
    aws: Aws, function: str, resources: list[str], start: datetime, end: datetime, period: int
) -> dict[str, list[float]]:
    """Return the values of the data points of each resource; none where AWS has none."""
    found: dict[str, list[float]] = {resource: [] for resource in resources}
    for first in range(0, len(resources), _QUERIES):
        batch = resources[first : first + _QUERIES]
        queries = [_query(f"m{number}", function, each, period) for number, each in enumerate(batch)]
        read = cloudwatch.values(aws, queries, start, end)
        found |= {each: read[f"m{number}"] for number, each in enumerate(batch)}
    return found


def _query(name: str, function: str, resource: str, period: int, metric: str = "Invocations") -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    if resource != ALL:
        dimensions.append({"Name": "Resource", "Value": resource})
    named = {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": named, "Period": period, "Stat": "Sum"}}
