"""How many invocations of a function ran at once, by what CloudWatch has seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lambda_migrate.aws import cloudwatch

if TYPE_CHECKING:
    from datetime import datetime

    from lambda_migrate.aws.session import Aws

LOOKBACK = timedelta(days=14)
_HOUR = 3600


def peak(aws: Aws, function: str, now: datetime) -> int | None:
    """Return the most invocations at once in the last two weeks; None where CloudWatch has seen none.

    The maximum of an hour is that of its minutes ("ConcurrentExecutions", Lambda developer guide).

    Args:
        aws: Where to look.
        function: Name of the function.
        now: The end of the two weeks.

    Raises:
        NotAllowed, AwsError: It cannot be read.
    """
    dimensions = [{"Name": "FunctionName", "Value": function}]
    metric = {"Namespace": "AWS/Lambda", "MetricName": "ConcurrentExecutions", "Dimensions": dimensions}
    query = {"Id": "peak", "MetricStat": {"Metric": metric, "Period": _HOUR, "Stat": "Maximum"}}
    peaks = cloudwatch.values(aws, [query], now - LOOKBACK, now)["peak"]
    return int(max(peaks)) if peaks else None
