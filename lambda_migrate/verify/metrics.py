"""What CloudWatch says of a version's traffic."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate import metric_data
from lambda_migrate.verify.verdict import Traffic

if TYPE_CHECKING:
    from lambda_migrate.aws import Aws

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
    start = math.ceil(window[0] / period) * period
    end = max(start + period, math.ceil(window[1] / period) * period)
    found = metric_data.values(aws, queries, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
    return Traffic(**{name: round(sum(counted)) for name, counted in found.items()})


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
