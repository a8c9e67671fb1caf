"""An alias that somebody invokes is not deleted, although no permission and no trigger tells of who does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.set_async_settings import SetAsyncSettings
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.errors import Drifted, NotAllowed
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.actions.base import Used

AT = datetime(2026, 1, 1, tzinfo=UTC)
RESULT = {"Id": "counted", "StatusCode": "Complete"}
ON_THE_ALIAS: list[Used] = [
    CreateAlias("orders", "live", "1", ""),
    SetAsyncSettings("orders", "live", None, {"MaximumRetryAttempts": 0}),
]


@pytest.mark.parametrize("action", ON_THE_ALIAS, ids=["alias", "its asynchronous settings"])
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], ""),
        ([1.0], "`orders:live` was invoked once within 6 hours: somebody still calls it"),
        ([2.0, 5.0], "`orders:live` was invoked 7 times within 6 hours: somebody still calls it"),
    ],
)
def test_what_was_invoked_lately_is_in_use(action: Used, values: list[float], why: str) -> None:
    asked: list[dict[str, Any]] = []

    def counted(**about: Any) -> dict[str, Any]:
        asked.append(about)
        return {"MetricDataResults": [{**RESULT, "Timestamps": [AT] * len(values), "Values": values}]}

    aws: Any = FakeAws({"cloudwatch:get_metric_data": counted}, now=AT.timestamp)

    assert action.in_use(aws) == why
    ((query,),) = [each["MetricDataQueries"] for each in asked]
    metric = query["MetricStat"]["Metric"]
    assert (metric["MetricName"], {each["Name"]: each["Value"] for each in metric["Dimensions"]}) == (
        "Invocations",
        {"FunctionName": "orders", "Resource": "orders:live"},
    )
    assert [(each["EndTime"] - each["StartTime"]).total_seconds() for each in asked] == [6 * 3600.0]


def test_what_cannot_be_counted_may_be_in_use() -> None:
    aws: Any = FakeAws({"cloudwatch:get_metric_data": NotAllowed("not allowed")})

    assert ON_THE_ALIAS[0].in_use(aws) == "whether it is used is unknown (not allowed)"


@pytest.mark.parametrize("action", ON_THE_ALIAS, ids=["alias", "its asynchronous settings"])
def test_what_somebody_uses_by_now_is_not_removed_whatever_was_planned(action: Action) -> None:
    result = {**RESULT, "Timestamps": [AT], "Values": [3.0]}
    aws: Any = FakeAws({"cloudwatch:get_metric_data": {"MetricDataResults": [result]}}, now=AT.timestamp)

    with pytest.raises(Drifted) as refused:
        RemoveLeftover(action_to_dict(action)).apply(aws)

    assert refused.value.message.endswith(": `orders:live` was invoked 3 times within 6 hours: somebody still calls it")
    assert aws.calls == ["cloudwatch:get_metric_data"]
