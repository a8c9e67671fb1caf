"""The URL of an alias: told when it is made, and never taken from clients that have moved to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.errors import Drifted, NotAllowed
from tests.inventory.fake_aws import FakeAws

URL = "https://abc.lambda-url.eu-west-1.on.aws/"
ACTION = CreateFunctionUrl("orders", "live", {"AuthType": "NONE"})
COUNTED = {
    "Id": "counted",
    "StatusCode": "Complete",
    "Timestamps": [datetime(2026, 1, 1, tzinfo=UTC)],
    "Values": [7.0],
}


def account(counted: Any) -> FakeAws:
    return FakeAws(
        {
            "lambda:get_function_url_config": {"FunctionUrl": URL, "AuthType": "NONE"},
            "lambda:delete_function_url_config": {},
            "cloudwatch:get_metric_data": counted,
        }
    )


def test_the_url_that_aws_has_drawn_is_told() -> None:
    assert (ACTION.made(account({})), ACTION.made(FakeAws())) == (URL, "")  # type: ignore[arg-type]  # all that is asked of an Aws


@pytest.mark.parametrize(
    ("counted", "why"),
    [
        ({"MetricDataResults": [COUNTED]}, "it has had 7 requests within 14 days"),
        (NotAllowed("not allowed"), "whether it is used is unknown (not allowed)"),
    ],
)
def test_a_url_that_is_used_or_may_be_stays(counted: Any, why: str) -> None:
    aws: Any = account(counted)

    assert ACTION.in_use(aws) == why
    with pytest.raises(Drifted, match="function URL of orders:live: delete: ") as caught:
        ACTION.undo(aws)
    assert str(caught.value).endswith(why)
    assert "lambda:delete_function_url_config" not in aws.calls


def test_a_url_without_a_request_is_deleted() -> None:
    quiet = {"Id": "counted", "StatusCode": "Complete", "Timestamps": [], "Values": []}
    aws: Any = account({"MetricDataResults": [quiet]})

    ACTION.undo(aws)

    assert (ACTION.in_use(aws), aws.calls.count("lambda:delete_function_url_config")) == ("", 1)
