"""Scheduler calls Lambda's UpdateAlias at a time, with its role, and does what the role allows and no more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.sandbox


@pytest.fixture
def function(make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> str:
    """A function with an alias `live` that sends a tenth to version 2."""
    arn = make_function()
    functions = client("lambda")
    for description in ("first", "second"):
        functions.update_function_configuration(FunctionName=unique, Description=description)
        functions.get_waiter("function_updated_v2").wait(FunctionName=unique, WaiterConfig={"Delay": 0.05})
        functions.publish_version(FunctionName=unique)
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1", RoutingConfig=weights)
    return arn


def role(client: Callable[[str], Any], name: str, service: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": "lambda:UpdateAlias", "Resource": resource}
    iam = client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName=name, PolicyName="update-alias", PolicyDocument=policy)
    return str(made["Role"]["Arn"])


def schedule(client: Callable[[str], Any], name: str, role_arn: str) -> None:
    call = {
        "FunctionName": name,
        "Name": "live",
        "FunctionVersion": "1",
        "RoutingConfig": {"AdditionalVersionWeights": {}},
    }
    client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:lambda:updateAlias",
            "RoleArn": role_arn,
            "Input": json.dumps(call),
        },
    )


@pytest.mark.parametrize(("allowed", "weights"), [(True, None), (False, {"AdditionalVersionWeights": {"2": 0.1}})])
def test_the_alias_is_changed_where_the_role_allows_it(
    allowed: bool,
    weights: Any,
    client: Callable[[str], Any],
    function: str,
    unique: str,
) -> None:
    resource = function if allowed else f"{function}-other"
    schedule(client, unique, role(client, unique, "scheduler.amazonaws.com", resource))

    eventually(lambda: client("scheduler").list_schedules(NamePrefix=unique)["Schedules"] == [])

    assert client("lambda").get_alias(FunctionName=unique, Name="live").get("RoutingConfig") == weights


def test_a_role_that_scheduler_cannot_assume_is_refused(
    client: Callable[[str], Any], function: str, unique: str
) -> None:
    assumed = role(client, unique, "lambda.amazonaws.com", function)

    with pytest.raises(ClientError) as caught:
        schedule(client, unique, assumed)

    assert caught.value.response["Error"]["Code"] == "ValidationException"
