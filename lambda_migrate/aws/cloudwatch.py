"""Reads CloudWatch's metrics: all that was asked for, or an error; what cannot be read is never taken for silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import unreadable
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lambda_migrate.aws.session import Aws

COMPLETE = "Complete"


def values(aws: Aws, queries: list[dict[str, Any]], start: datetime, end: datetime) -> dict[str, list[float]]:
    """Return the values of the data points of each query, by its ``Id``; none where CloudWatch has none.

    GetMetricData answers 200 also where it could not read a metric, and says so in the result's ``StatusCode``; a
    result that goes on on the next page is ``PartialData`` until its last page (MetricDataResult in CloudWatch's API).

    Args:
        aws: The session.
        queries: As GetMetricData takes them, 500 at most.
        start: The beginning, with its time zone.
        end: The end, exclusive.

    Raises:
        AwsError: A metric could not be read, or not to its end.
    """
    values_of: dict[str, list[float]] = {query["Id"]: [] for query in queries}
    for result in _results(aws, queries, start, end):
        values_of[result["Id"]] += result["Values"]
    return values_of


def series(
    aws: Aws, queries: list[dict[str, Any]], start: datetime, end: datetime
) -> dict[str, list[tuple[float, float]]]:
    """Return the data points of each query, by its ``Id``: seconds since the epoch and value, in rising order.

    Args:
        aws: The session.
        queries: As for :func:`values`.
        start: As for :func:`values`.
        end: As for :func:`values`.

    Raises:
        AwsError: A metric could not be read, or not to its end.
    """
    points: dict[str, list[tuple[float, float]]] = {query["Id"]: [] for query in queries}
    for result in _results(aws, queries, start, end):
        times = [each.timestamp() for each in result["Timestamps"]]
        points[result["Id"]] += zip(times, result["Values"], strict=True)
    return {name: sorted(each) for name, each in points.items()}


def _results(aws: Aws, queries: list[dict[str, Any]], start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """Yield the results of every page; raises after the last where one of the queries was not answered whole."""
    asked = {query["Id"] for query in queries}
    states: dict[str, str] = {}
    for result in aws.pages(
        "cloudwatch", "get_metric_data", "MetricDataResults", MetricDataQueries=queries, StartTime=start, EndTime=end
    ):
        if result["Id"] not in asked:
            raise unreadable("cloudwatch:GetMetricData", f"nobody asked for `{result['Id']}`")
        states[result["Id"]] = result.get("StatusCode", COMPLETE)
        yield result
    for state in states.values():
        if state != COMPLETE:
            raise AwsError(
                f"CloudWatch could not read the metrics: {state}",
                operation="cloudwatch:GetMetricData",
                aws_code=state,
                hint="nothing is decided without them; run the same command again",
            )
