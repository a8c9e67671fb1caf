from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.inventory import invocations
from lambda_migrate.inventory.invocations import InvocationCounts
from tests.inventory.fake_aws import FakeAws
from tests.planner import worlds

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DAY = 86400.0


class Metrics(FakeAws):
    """Answers GetMetricData from invocations given as (seconds ago, resource); remembers what was asked for."""

    def __init__(self, *invocations: tuple[float, str], **others: float) -> None:
        super().__init__({"cloudwatch:get_metric_data": self.answer})
        self.invocations = invocations
        self.others = others
        self.probes: tuple[tuple[float, str], ...] = ()
        self.asked: list[dict[str, Any]] = []

    def answer(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return {"MetricDataResults": [self.result(query, asked) for query in asked["MetricDataQueries"]]}

    def result(self, query: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]["MetricName"]
        if metric == "Probes":
            version = next(
                each["Value"] for each in query["MetricStat"]["Metric"]["Dimensions"] if "Version" in each["Name"]
            )
            probes = [1.0 for ago, number in self.probes if number == version and self.within(ago, asked)]
            return {"Id": query["Id"], "Timestamps": [], "Values": probes}
        if metric != "Invocations":
            return {"Id": query["Id"], "Timestamps": [], "Values": [self.others.get(metric, 0.0)]}
        dimensions = {each["Name"]: each["Value"] for each in query["MetricStat"]["Metric"]["Dimensions"]}
        values = [
            1.0
            for ago, resource in self.invocations
            if self.within(ago, asked) and dimensions.get("Resource", resource) == resource
        ]
        return {"Id": query["Id"], "Timestamps": [], "Values": values}

    @staticmethod
    def within(ago: float, asked: dict[str, Any]) -> bool:
        return bool(asked["StartTime"] <= NOW - timedelta(seconds=ago) < asked["EndTime"])


def gather(aws: Metrics, quiet: float = 14 * DAY, period: float = 60.0) -> InvocationCounts:
    return invocations.count(aws, worlds.CUT_OVER, quiet=quiet, period=period, now=NOW)


def test_invocations_are_counted_by_resource() -> None:
    found = gather(Metrics((3600, "orders"), (7200, "orders:live"), (7300, "orders:live"), (20 * DAY, "orders")))

    assert found == InvocationCounts(
        since="2026-01-01T00:00:00+00:00",
        until="2026-01-15T00:00:00+00:00",
        quiet=14 * DAY,
        invocations={
            "*": 3.0,
            "orders": 1.0,
            "orders:live": 2.0,
            "orders:lambda-migrate": 0,
            "orders:1": 0,
            "orders:2": 0,
            "orders:3": 0,
        },
        in_flight=0,
        known=True,
        explained=("orders:live",),
    )
    assert found.unexplained == {"orders": 1.0}


def test_silence_counts_where_the_metric_was_seen_before() -> None:
    found = gather(Metrics((20 * DAY, "orders")))

    assert (found.known, found.by_resource) == (True, {})


def test_silence_of_a_metric_that_was_never_seen_is_unknown() -> None:
    assert gather(Metrics()).known is False


def test_an_invocation_that_began_within_the_timeout_may_still_run() -> None:
    assert gather(Metrics((29, "orders:live"))).in_flight == 1.0
    assert gather(Metrics((31, "orders:live"))).in_flight == 0


@pytest.mark.parametrize(
    ("quiet", "periods"),
    [
        (60.0, [1, 1, 60, 1]),
        (DAY, [60, 1, 60, 60]),
        (14 * DAY, [60, 1, 300, 60]),
        (60 * DAY, [300, 1, 3600, 300]),
    ],
)
def test_older_metrics_are_asked_for_in_the_periods_that_cloudwatch_keeps(quiet: float, periods: list[int]) -> None:
    aws = Metrics()

    gather(aws, quiet=quiet, period=1.0)

    assert [asked["MetricDataQueries"][0]["MetricStat"]["Period"] for asked in aws.asked] == periods


@pytest.mark.sandbox
def test_the_embedded_aws_tells_which_qualifier_was_invoked(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    make_function()
    client("lambda").publish_version(FunctionName=unique)
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    client("lambda").invoke(FunctionName=unique, Payload=b"{}")
    client("lambda").invoke(FunctionName=f"{unique}:live", Payload=b"{}")
    client("lambda").invoke(FunctionName=f"{unique}:live", Payload=b"{}")
    found = inventory.take(aws, unique, alias="live")

    seen = invocations.count(aws, found, quiet=120, period=1, now=datetime.now(UTC) + timedelta(seconds=1))

    assert seen.by_resource == {unique: 1.0, f"{unique}:live": 2.0}
    assert seen.unexplained == seen.by_resource
    assert (seen.known, seen.in_flight) == (True, 3.0)


def test_callers_who_were_refused_are_counted_too() -> None:
    found = gather(Metrics((20 * DAY, "orders"), Throttles=7.0, UrlRequestCount=2.0))

    assert (found.by_resource, found.refused) == ({}, {"Throttles": 7.0, "UrlRequestCount": 2.0})


def test_probes_of_our_own_are_subtracted_from_what_they_invoked() -> None:
    aws = Metrics((5, "orders:3"), (3600, "orders:3"), (3700, "orders:3"), (3800, "orders"))
    aws.probes = ((5, "3"), (3600, "3"), (20 * DAY, "3"))

    found = gather(aws)

    assert found.probes == {"orders:3": 2.0}
    assert found.by_resource == {"orders:3": 1.0, "orders": 1.0}
    assert found.in_flight == 0.0


def test_probes_that_the_proxys_metrics_do_not_show_are_callers() -> None:
    assert gather(Metrics((5, "orders:3"))).by_resource == {"orders:3": 1.0}
    assert gather(Metrics((5, "orders:3"))).in_flight == 1.0
