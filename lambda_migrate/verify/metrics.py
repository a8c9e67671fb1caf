"""What CloudWatch says of the traffic of a version, or of a source."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch
from lambda_migrate.verify.verdict import Flow, Traffic

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.source_metrics import SourceMetrics, Sum

PROXY_NAMESPACE = "LambdaMigrate"


def traffic(  # what a metric is asked for
    aws: Aws,
    function: str,
    alias: str,
    version: str,
    window: tuple[float, float],
    period: float,
    *,
    shared: bool = True,
) -> Traffic:
    """Read the traffic of one version behind an alias.

    The dimensions are those of "Lambda function metrics" in the Lambda guide: invocations of an alias carry
    ``Resource`` (``function:alias``) and ``ExecutedVersion``. The proxy reports what those cannot show (an error that
    it answered as 502, a fallback) in its own namespace.

    Args:
        aws: The session.
        function: The function's name.
        alias: The traffic alias.
        version: The version on trial.
        window: From and to, in seconds since the epoch; only whole periods inside it are counted, because the
            period in which the window begins also holds what came before it.
        period: Resolution of the metrics, in seconds.
        shared: Whether the alias has a second version: ``ExecutedVersion`` is there to tell the two apart. Where all
            goes to one version, all that the alias invokes is its traffic.

    Raises:
        AwsError: CloudWatch did not say all of it.
    """
    lambdas = {"FunctionName": function, "Resource": f"{function}:{alias}"}
    lambdas |= {"ExecutedVersion": version} if shared else {}
    proxy = {"FunctionName": function, "FunctionVersion": version}
    queries = [
        _query("invocations", "AWS/Lambda", "Invocations", lambdas, period),
        _query("errors", "AWS/Lambda", "Errors", lambdas, period),
        _query("failed", PROXY_NAMESPACE, "Failed", proxy, period),
        _query("fallbacks", PROXY_NAMESPACE, "Fallback", proxy, period),
    ]
    sums = _sums(aws, queries, _whole(window, period))
    return Traffic(**{name: round(value) for name, value in sums.items()})


def flows(
    aws: Aws, source_metrics: SourceMetrics, first: float, window: tuple[float, float], period: float
) -> tuple[Flow, Flow]:
    """Read what a source counted since its trigger went straight to the service, and as long before that.

    Args:
        aws: The session.
        source_metrics: Which metrics tell of it.
        first: When the trigger was first moved, in seconds since the epoch: what came before went through Lambda.
        window: From and to, as for :func:`traffic`.
        period: Resolution of the metrics, in seconds.

    Returns:
        Now and before.

    Raises:
        AwsError: CloudWatch did not say all of it.
    """
    start, end = _whole(window, period)
    moved = math.floor(first / period) * period
    return _flow(aws, source_metrics, (start, end), period), _flow(
        aws, source_metrics, (moved - (end - start), moved), period
    )


def _flow(aws: Aws, source_metrics: SourceMetrics, span: tuple[float, float], period: float) -> Flow:
    names = {f"m{number}": name for number, name in enumerate(source_metrics.metrics)}
    queries = [
        _query(key, source_metrics.namespace, name, source_metrics.dimensions, period) for key, name in names.items()
    ]
    found = {names[key]: value for key, value in _sums(aws, queries, span).items()}

    def total(parts: Sum) -> int:
        return max(0, round(sum(factor * found.get(name, 0.0) for name, factor in parts.items())))

    return Flow(
        total(source_metrics.tried),
        total(source_metrics.reached),
        total(source_metrics.failed),
        total(source_metrics.suspect),
    )


def _whole(window: tuple[float, float], period: float) -> tuple[float, float]:
    start = math.ceil(window[0] / period) * period
    return start, max(start + period, math.ceil(window[1] / period) * period)


def _sums(aws: Aws, queries: list[dict[str, Any]], span: tuple[float, float]) -> dict[str, float]:
    start, end = (datetime.fromtimestamp(seconds, UTC) for seconds in span)
    return {name: sum(counted) for name, counted in cloudwatch.values(aws, queries, start, end).items()}


def _query(name: str, namespace: str, metric: str, dimensions: dict[str, str], period: float) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": int(period),
            "Stat": "Sum",
        },
        "ReturnData": True,
    }
