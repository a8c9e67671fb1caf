"""What is asked of CloudWatch and EventBridge before a stream goes by a pipe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import cloudwatch
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.triggers import duration

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger
    from lambda_migrate.triggers.event_source import MappingSettings

CALLS = ("events:DescribeApiDestination",)
"""What :func:`look_up` calls, from which the policies of IAM are made."""

MARGIN = 300.0
"""Seconds that a pipe begins before where Lambda is known to be: metrics come late."""

LATELY = 3600
BEHIND, LARGEST, PEAK, ENDPOINT = "behind", "largest", "peak", "endpoint"


def is_named(trigger: Trigger[Any], names: Container[str]) -> bool:
    """Return whether migration.yaml names a stream or a pipe: as the plan shows it, or by its own name alone."""
    parts = trigger.name.split("/")
    return trigger.name in names or (len(parts) > 1 and (parts[1] in names or parts[-1] in names))


def look_up(
    aws: Aws,
    function: Function,
    service: Service,
    triggers: Sequence[Trigger[MappingSettings]],
    name: str,
    metrics: str,
) -> dict[str, str]:
    """Return what is to be known before streams go by pipes: how far Lambda is behind, how much and how large comes.

    Args:
        aws: Where to look; reads only.
        function: The function.
        service: Names the streams.
        triggers: All streams of a kind.
        name: Of the API destination that their pipes share.
        metrics: Namespace and dimension under which a stream counts what is put; "" where it does not.
    """
    named = [trigger for trigger in triggers if is_named(trigger, service.pipes)]
    if not named:
        return {}
    looked = {**duration.look_up(aws, function, service), BEHIND: _behind(aws, function), **endpoint(aws, name)}
    if metrics:
        for trigger in named:
            looked |= _counted(aws, trigger, metrics)
    return looked


def endpoint(aws: Aws, name: str) -> dict[str, str]:
    """Return where an API destination sends, as ``endpoint``; nothing where it is not there or may not be seen."""
    try:
        return {ENDPOINT: str(aws.call("events", "describe_api_destination", Name=name)["InvocationEndpoint"])}
    except (NotFound, NotAllowed):
        return {}  # the step that makes it says why not


def largest_event(aws: Aws, pipe: str) -> str | None:
    """Return the bytes of the largest event of a pipe within a fortnight; None where nobody can tell."""
    query = _metric("largest", "AWS/EventBridge/Pipes", "EventSize", {"PipeName": pipe}, "Maximum", duration.PERIOD)
    now = datetime.fromtimestamp(aws.now(), UTC)
    try:
        sizes = cloudwatch.values(aws, [query], now - timedelta(days=duration.DAYS), now)["largest"]
    except (AwsError, NotAllowed):
        return None
    return f"{max(sizes):.0f}" if sizes else None


def _behind(aws: Aws, function: Function) -> str:
    """Return how many seconds Lambda was behind at most within the last hour; "" where nobody can tell.

    ``IteratorAge`` is the age of the last record of each batch, in milliseconds. If there was no batch, one may have
    waited for as long as nobody looked. Where the function failed or was throttled, a batch may be waiting whose first
    record is older than any that was counted: nobody can tell.
    """
    resources = ["", *(f"{function.name}:{alias.name}" for alias in function.aliases)]
    queries = [_query(f"m{place}", function.name, each) for place, each in enumerate(resources)]
    troubles = [
        _metric(name.lower(), "AWS/Lambda", name, {"FunctionName": function.name}, "Sum", period=60)
        for name in ("Errors", "Throttles")
    ]
    now = datetime.fromtimestamp(aws.now(), UTC)
    try:
        read = cloudwatch.values(aws, [*queries, *troubles], now - timedelta(seconds=LATELY), now)
    except (AwsError, NotAllowed):
        return ""
    if any(sum(read.pop(each["Id"])) for each in troubles):
        return ""
    ages = [value / 1000 for values in read.values() for value in values]
    return f"{(max(ages) if ages else LATELY) + MARGIN:.0f}"


def _query(name: str, function: str, resource: str) -> dict[str, Any]:
    named = {"FunctionName": function, **({"Resource": resource} if resource else {})}
    return _metric(name, "AWS/Lambda", "IteratorAge", named, "Maximum", period=60)


def _metric(
    name: str, namespace: str, metric: str, named: dict[str, str], statistic: str, period: int
) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in named.items()]
    about = {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": about, "Period": period, "Stat": statistic}}


def _counted(aws: Aws, trigger: Trigger[MappingSettings], metrics: str) -> dict[str, str]:
    """Return the largest put of a fortnight, in bytes, and the most records in a second of an hour.

    ``IncomingBytes`` as a maximum is the largest single put, which may hold several records ("Basic stream-level
    metrics", Kinesis Data Streams developer guide).
    """
    namespace, _, dimension = metrics.rpartition(":")
    named = {dimension: Arn.parse(trigger.settings.source).last}
    queries = [
        _metric("largest", namespace, "IncomingBytes", named, "Maximum", duration.PERIOD),
        _metric("records", namespace, "IncomingRecords", named, "Sum", duration.PERIOD),
    ]
    now = datetime.fromtimestamp(aws.now(), UTC)
    try:
        read = cloudwatch.values(aws, queries, now - timedelta(days=duration.DAYS), now)
    except (AwsError, NotAllowed):
        return {}
    return {
        f"{LARGEST} {trigger.name}": f"{max(read['largest'], default=0):.0f}",
        f"{PEAK} {trigger.name}": f"{max(read['records'], default=0) / duration.PERIOD:.1f}",
    }
