"""How long the function took, as CloudWatch has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.config import Service
from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Alias
from lambda_migrate.triggers.duration import look_up
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

FUNCTION = known.function(aliases=(Alias("live", "3"),))


class Durations(FakeAws):
    """Answers GetMetricData with the longest runs of the function and of its alias, in milliseconds."""

    def __init__(self, **longest: list[float]) -> None:
        super().__init__({"cloudwatch:get_metric_data": self.answer})
        self.longest = longest
        self.asked: list[dict[str, Any]] = []

    def answer(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        return {"MetricDataResults": [self.result(query) for query in asked["MetricDataQueries"]]}

    def result(self, query: dict[str, Any]) -> dict[str, Any]:
        dimensions = {each["Name"]: each["Value"] for each in query["MetricStat"]["Metric"]["Dimensions"]}
        resource = dimensions.get("Resource", "function").rpartition(":")[2]
        return {"Id": query["Id"], "Values": self.longest.get(resource, [])}


@pytest.mark.parametrize(
    ("longest", "found"),
    [
        ({"function": [120.0, 4_310.0], "live": [6_049.0]}, {"longest": "6.0"}),
        ({"function": [120.0]}, {"longest": "0.1"}),
        ({}, {}),
    ],
)
def test_the_longest_run_of_the_function_and_its_aliases_counts(
    longest: dict[str, list[float]], found: dict[str, str]
) -> None:
    aws = Durations(**longest)

    assert look_up(aws, FUNCTION, Service()) == found
    (asked,) = aws.asked
    assert (asked["EndTime"] - asked["StartTime"]).days == 14
    assert {
        (each["MetricStat"]["Metric"]["MetricName"], each["MetricStat"]["Stat"]) for each in asked["MetricDataQueries"]
    } == {("Duration", "Maximum")}


def test_what_cannot_be_read_is_said_and_never_taken_for_quick() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed to read metrics", hint="allow cloudwatch:GetMetricData")

    assert look_up(FakeAws({"cloudwatch:get_metric_data": refused}), FUNCTION, Service()) == {
        "unread": "not allowed to read metrics"
    }


@pytest.mark.sandbox
def test_the_embedded_aws_tells_how_long_a_function_took(
    aws: Aws, make_function: Callable[..., str], unique: str
) -> None:
    make_function("import time\ndef handler(event, context):\n    time.sleep(0.3)\n")
    function = known.function(name=unique)
    assert look_up(aws, function, Service()) == {}

    aws.call("lambda", "invoke", FunctionName=unique)

    found = look_up(aws, function, Service())
    assert 0.3 <= float(found["longest"]) < 10
