"""How long a function takes, for sources that give a service less time for an answer than Lambda gives a function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers.unread import UNREAD, why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

DAYS = 14
PERIOD = 3600
"""Seconds of one data point; CloudWatch keeps finer ones for 15 days ("Metrics retention" in its user guide)."""

LONGEST = "longest"


def look_up(
    aws: Aws, function: Function, _service: Service, _triggers: Sequence[Trigger[Any]] = ()
) -> Mapping[str, str]:
    """Return how long the function took at most, as a kind's ``look_up``.

    Args:
        aws: Where to look; reads only.
        function: The function; itself and its aliases are asked for, HTTP requests and events together.

    Returns:
        ``longest``, in seconds; nothing where it was not invoked; ``unread``, the reason, where CloudWatch cannot tell.
    """
    resources = ["", *(f"{function.name}:{alias.name}" for alias in function.aliases)]
    queries = [_query(f"m{number}", function.name, resource) for number, resource in enumerate(resources)]
    now = datetime.fromtimestamp(aws.now(), UTC)
    try:
        read = cloudwatch.values(aws, queries, now - timedelta(days=DAYS), now)
    except (AwsError, NotAllowed) as error:
        return {UNREAD: error.message}
    milliseconds = [value for values in read.values() for value in values]
    return {LONGEST: f"{max(milliseconds) / 1000:.1f}"} if milliseconds else {}


def _query(name: str, function: str, resource: str) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    if resource:
        dimensions.append({"Name": "Resource", "Value": resource})
    named = {"Namespace": "AWS/Lambda", "MetricName": "Duration", "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": named, "Period": PERIOD, "Stat": "Maximum"}}


def too_long(function: Function, resources: Mapping[str, str] | None, limit: float) -> str:
    """Return why the function may take longer than a source waits for a service, a clause; "" where it does not.

    What CloudWatch cannot tell is unknown, and never taken for quick. Where the function was not invoked, it may take
    as long as its time-out allows.

    Args:
        function: The function.
        resources: What :func:`look_up` found; None where nobody has looked.
        limit: How long the source waits, in seconds.
    """
    if function.timeout < limit:
        return ""
    unread = why(resources)
    if unread:
        return f"how long the function takes is unknown ({unread})"
    longest = (resources or {}).get(LONGEST)
    if longest is None:
        return f"the function may take {function.timeout} s (its time-out; it was not invoked within {DAYS} days)"
    return f"the function has taken {longest} s within {DAYS} days" if float(longest) >= limit else ""
