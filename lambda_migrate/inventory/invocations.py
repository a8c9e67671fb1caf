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
PROXY_NAMESPACE = "LambdaMigrate"
"""The namespace of `proxy/runtime/telemetry.py`."""

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
        probes: Invocations among them that were probes of `verify` and of plans, by resource, as the proxy counts them.
    """

    since: str
    until: str
    quiet: float
    invocations: dict[str, float] = field(default_factory=dict)
    in_flight: float = 0.0
    known: bool = False
    explained: tuple[str, ...] = ()
    refused: dict[str, float] = field(default_factory=dict)
    probes: dict[str, float] = field(default_factory=dict)

    @property
    def by_resource(self) -> dict[str, float]:
        """Invocations by resource less our own probes; what no resource accounts for stands under ``*``.

        Those are left out that had none.
        """
        each = {resource: count for resource, count in self.invocations.items() if resource != ALL}
        rest = self.invocations.get(ALL, 0.0) - sum(each.values())
        counted = {resource: count - self.probes.get(resource, 0.0) for resource, count in each.items()}
        counted = {resource: count for resource, count in counted.items() if count > 0}
        return {**counted, **({ALL: rest} if rest > 0 else {})}

    @property
    def unexplained(self) -> dict[str, float]:
        """Invocations of resources that no known trigger invokes."""
        return {resource: count for resource, count in self.by_resource.items() if resource not in self.explained}


ALL = "*"
PROBED = "probes of "
REFUSED = ("Throttles", "AsyncEventsReceived", "UrlRequestCount")
"""Metrics of a function that count callers whom Invocations leaves out."""


def count(aws: Aws, inventory: Inventory, *, quiet: float, period: float, now: datetime) -> InvocationCounts:
    """Read how often the function and each of its qualifiers was invoked.

    Args:
        aws: Where to look.
        inventory: The function, with versions, aliases and triggers.
        quiet: Length of the period that ends now, in seconds.
        period: Resolution of the metrics in seconds; coarser where CloudWatch keeps no finer ones for so long.
        now: The end of the period, with its time zone.
    """
    function = inventory.function
    resources = [function.name, *(f"{function.name}:{alias.name}" for alias in function.aliases)]
    resources += [f"{function.name}:{version.number}" for version in function.versions]
    invoked = {resource: _metric(function.name, resource) for resource in (ALL, *resources)}
    probed = {f"{PROBED}{version}": _of_probes(function.name, version) for version in _proxies(inventory)}
    since = now - timedelta(seconds=quiet)
    within = _read(aws, invoked | probed, since, now, _resolution(quiet, period))
    late = _read(
        aws, {ALL: invoked[ALL], **probed}, now - timedelta(seconds=function.timeout), now, _resolution(0, period)
    )
    before = since - timedelta(seconds=LOOKBACK), since
    known = bool(within[ALL]) or bool(
        _read(aws, {ALL: invoked[ALL]}, *before, _resolution(quiet + LOOKBACK, period))[ALL]
    )
    explained = {_resource(function.name, trigger.qualifier) for trigger in inventory.triggers if trigger.enabled}
    return InvocationCounts(
        since=since.isoformat(),
        until=now.isoformat(),
        quiet=quiet,
        invocations={resource: sum(within[resource]) for resource in invoked},
        in_flight=max(sum(late[ALL]) - sum(sum(late[name]) for name in probed), 0.0),
        known=known,
        explained=tuple(sorted(explained)),
        refused=_refused(aws, function.name, since, now, _resolution(quiet, period)),
        probes={name.removeprefix(PROBED): sum(within[name]) for name in probed if sum(within[name])},
    )


def _proxies(inventory: Inventory) -> list[str]:
    """Return the proxy versions as resources; a probe invokes one by its number."""
    return [
        f"{inventory.function.name}:{version.number}" for version in inventory.function.versions if version.proxy_events
    ]


def _refused(aws: Aws, function: str, start: datetime, end: datetime, period: int) -> dict[str, float]:
    """Return how often callers came whose calls are not counted as invocations, by metric; nothing where none did."""
    read = _read(aws, {metric: _metric(function, ALL, metric) for metric in REFUSED}, start, end, period)
    counted = {metric: sum(read[metric]) for metric in REFUSED}
    return {metric: count for metric, count in counted.items() if count}


def _resource(function: str, qualifier: str) -> str:
    return f"{function}:{qualifier}" if qualifier else function


def _resolution(age: float, period: float) -> int:
    """Return the period in seconds: at least what CloudWatch still keeps of that age, a multiple of 60 from there."""
    kept = next((finest for reach, finest in _RETENTION if age <= reach), _RETENTION[-1][1])
    return max(int(period), kept if age > 3 * 3600 else 1)


def _read(
    aws: Aws, metrics: dict[str, dict[str, Any]], start: datetime, end: datetime, period: int
) -> dict[str, list[float]]:
    """Return the values of the data points of each metric, by its name here; none where AWS has none."""
    sums: dict[str, list[float]] = {}
    names = list(metrics)
    for first in range(0, len(names), _QUERIES):
        batch = names[first : first + _QUERIES]
        queries = [_query(f"m{number}", metrics[name], period) for number, name in enumerate(batch)]
        read = cloudwatch.values(aws, queries, start, end)
        sums |= {name: read[f"m{number}"] for number, name in enumerate(batch)}
    return sums


def _query(name: str, metric: dict[str, Any], period: int) -> dict[str, Any]:
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": period, "Stat": "Sum"}}


def _metric(function: str, resource: str, name: str = "Invocations") -> dict[str, Any]:
    about = {"FunctionName": function, **({"Resource": resource} if resource != ALL else {})}
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": _dimensions(about)}


def _of_probes(function: str, resource: str) -> dict[str, Any]:
    """Return what a proxy version counts of its probes; what it does not show is taken for a caller."""
    about = {"FunctionName": function, "FunctionVersion": resource.rpartition(":")[2]}
    return {"Namespace": PROXY_NAMESPACE, "MetricName": "Probes", "Dimensions": _dimensions(about)}


def _dimensions(about: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in about.items()]
