"""`assess`: what the function does and costs, from what the embedded AWS has counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.user import User
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


@pytest.fixture
def busy(user: User) -> User:
    """A function that was invoked 600 times in each of the last ten minutes, 200 ms each."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    dimensions = [{"Name": "FunctionName", "Value": user.function}]
    for minute in range(1, 11):
        at = now - timedelta(minutes=minute)
        data = [
            {"MetricName": "Invocations", "Value": 600.0, "Unit": "Count", "Timestamp": at, "Dimensions": dimensions},
            {
                "MetricName": "Duration",
                "Timestamp": at,
                "Dimensions": dimensions,
                "StatisticValues": {"SampleCount": 600, "Sum": 120_000, "Minimum": 150, "Maximum": 250},
            },
        ]
        user.aws.call("cloudwatch", "put_metric_data", Namespace="AWS/Lambda", MetricData=data)
    return user


def test_it_says_what_the_function_does_and_costs_and_whether_to_stay(busy: User, run: Callable[..., Answer]) -> None:
    answer = run("assess", "--days", "1")
    data = run("assess", "--days", "1", "--json").json["data"]

    assert (answer.code, data["invocations"], data["mean_ms"], data["peak_load"]) == (0, 6000.0, 200.0, 2.0)
    assert data["verdict"] == "by cost, stay: $0.11 a month on Lambda against $72.91 as a service"
    assert [(each["tasks"], each["decided_by"]) for each in data["service"]] == [(2, "two zones")]
    assert "  tasks             $36.04  2 of 0.5 vCPU, 1 GB\n" in answer.out
    assert "Prices: table of 2026-06, us-east-1; the Price List API was not read." in answer.out
    page = run("report", "--offline").out
    assert "by cost, stay: $0.11 a month on Lambda against $72.91 as a service (" in page
    assert "| on Lambda | 0.11 |  |\n| as a service, 2 tasks | 72.91 | both, while the proxy runs: $73.02; " in page


def test_instances_take_the_place_of_tasks(busy: User, run: Callable[..., Answer]) -> None:
    answer = run("assess", "--days", "1", "--instance", "t4g.small")

    assert "As a service, a month: 2 instances; decided by: two zones\n" in answer.out
    assert "  instances         $24.53  2 of t4g.small, 0.4 vCPU, 2 GB for long\n" in answer.out
    assert "not read; t4g.small: table of 2026-06, us-east-1." in " ".join(answer.out.split())


def test_a_query_that_costs_money_is_asked_for_first(user: User, run: Callable[..., Answer]) -> None:
    user.aws.call("logs", "create_log_group", logGroupName=f"/aws/lambda/{user.function}")

    nobody = run("assess", "--days", "1", "--logs")
    refused = run("assess", "--days", "1", "--logs", typed="n\n")

    assert (nobody.code, nobody.error) == (
        2,
        "`lambda-migrate assess` reads logs, which AWS charges for, so it asks first, which needs a terminal",
    )
    assert (refused.code, f"Query the logs in /aws/lambda/{user.function} (0.0 GB, about $0.00)?" in refused.err) == (
        1,
        True,
    )


def test_logs_that_are_not_there_are_said_and_not_paid_for(busy: User, run: Callable[..., Answer]) -> None:
    answer = run("assess", "--days", "1", "--logs", "--json")

    group = f"log group `/aws/lambda/{busy.function}`"
    assert (answer.code, answer.json["data"]["lacks"][-2:]) == (
        0,
        [
            f"CloudWatch counted no bytes of {group}: the cost of logs is not known, and not counted",
            f"{group} does not exist: cold starts and memory are not known, billed time is each duration rounded up",
        ],
    )
