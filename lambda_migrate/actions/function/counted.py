"""What Lambda counted lately for one qualifier of a function: whether somebody still uses what is about to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambda_migrate.aws import cloudwatch
from lambda_migrate.errors import AwsError, NotAllowed

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

UNKNOWN = "whether it is used is unknown ({})"
RETRIED = timedelta(hours=6)
"""How long an asynchronous event waits for its last retry ("Error handling for asynchronous invocation", its guide)."""

_MINUTE = 60


def counted(aws: Aws, metric: str, resource: str, back: timedelta, period: int) -> int | str:
    """Return the sum of a Lambda metric, or one clause that says why it is unknown.

    Args:
        aws: Where to look.
        metric: Its name, for example ``Invocations``.
        resource: ``function:qualifier``, the metric's dimension ("Types of metrics for Lambda functions", its guide).
        back: For how long back.
        period: Of the data points, in seconds.
    """
    names = {"FunctionName": resource.partition(":")[0], "Resource": resource}
    dimensions = [{"Name": name, "Value": value} for name, value in names.items()]
    about = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
    query = {"Id": "counted", "MetricStat": {"Metric": about, "Period": period, "Stat": "Sum"}}
    now = datetime.fromtimestamp(aws.now(), UTC)
    try:
        read = cloudwatch.values(aws, [query], now - back, now)
    except (AwsError, NotAllowed) as error:
        return UNKNOWN.format(error.message)
    return int(sum(read["counted"]))


def invoked(aws: Aws, function: str, qualifier: str) -> str:
    """Return one clause: a qualifier was invoked lately, or this is unknown; "" if it was not.

    Who invokes it by a role leaves no statement in its policy: what is counted is all that shows of such a caller.
    """
    count = counted(aws, "Invocations", f"{function}:{qualifier}", RETRIED, _MINUTE)
    if isinstance(count, str):
        return count
    times = "once" if count == 1 else f"{count} times"
    return f"`{function}:{qualifier}` was invoked {times} within 6 hours: somebody still calls it" if count else ""
