"""What could not be looked at is unknown by name, and is never taken for empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.errors import AwsError, NotAllowed, Throttled
from lambda_migrate.inventory.finders import functions, state_machines
from lambda_migrate.inventory.grants import Grants
from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration, statement
from tests.triggers import known


def take(**answers: Any) -> inventory.Inventory:
    there = {"lambda:get_function": {"Configuration": configuration()}}
    return inventory.take(FakeAws({**there, **answers}), "orders", alias="live")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("scheduler:list_schedules", "EventBridge Scheduler"),
        ("pipes:list_pipes", "EventBridge Pipes"),
        ("lambda:list_functions", "other functions"),
        ("iam:get_account_authorization_details", "IAM roles"),
        ("cloudtrail:describe_trails", "CloudTrail"),
    ],
)
@pytest.mark.parametrize(
    "error",
    [
        NotAllowed("x:ListThings is not allowed"),
        AwsError("`AWS in eu-west-1` cannot be reached for x"),
        Throttled("x:ListThings: Rate exceeded"),
    ],
    ids=["not allowed", "not in the region", "throttled"],
)
def test_a_listing_that_cannot_be_read_is_an_unknown_caller(call: str, name: str, error: Exception) -> None:
    found = take(**{call: error})

    assert [(each.kind, each.name, each.settings.reason) for each in found.triggers] == [("unknown", name, str(error))]
    assert found.unexplained == (f"`{name}` may invoke the unqualified function, and cannot be looked at: {error}",)


@pytest.mark.parametrize(
    ("call", "name"), [("stepfunctions:list_state_machines", "Step Functions"), ("appsync:list_apis", "AppSync")]
)
def test_so_is_a_listing_that_is_only_read_where_a_role_may_invoke(call: str, name: str) -> None:
    denied = NotAllowed("iam is not allowed")
    found = take(**{call: NotAllowed("not allowed"), "iam:get_account_authorization_details": denied})

    assert [each.name for each in found.triggers] == sorted(["IAM roles", name])


def test_a_thing_that_cannot_be_read_among_others_is_named_alone() -> None:
    def describe(stateMachineArn: str) -> Any:  # noqa: N803  # as AWS calls it
        if stateMachineArn == "arn:shut":
            return NotAllowed("states:DescribeStateMachine is not allowed")
        definition = f'{{"States": {{"A": {{"Type": "Task", "Resource": "{FUNCTION}"}}}}}}'
        return {"definition": definition, "roleArn": "role"}

    aws = FakeAws(
        {
            "stepfunctions:list_state_machines": {
                "stateMachines": [
                    {"stateMachineArn": "arn:shut", "name": "shut"},
                    {"stateMachineArn": "arn:open", "name": "open"},
                ]
            },
            "stepfunctions:describe_state_machine": describe,
        }
    )

    found = list(state_machines.find_by_role(aws, known.function(), Grants(unread="no")))

    assert [(each.kind, each.name) for each in found] == [("unknown", "state machine shut"), ("step_functions", "open")]


def test_destinations_that_cannot_be_read_are_named_with_their_function() -> None:
    other = {"FunctionName": "mail", "FunctionArn": f"{FUNCTION}-mail", "Role": "role"}
    aws = FakeAws(
        {
            "lambda:list_functions": {"Functions": [other]},
            "lambda:list_function_event_invoke_configs": NotAllowed("not allowed"),
        }
    )

    found = list(functions.find_by_role(aws, known.function(), Grants(unread="no")))

    assert [(each.kind, each.name) for each in found] == [("unknown", "destinations of function mail")]


@pytest.mark.parametrize(
    ("service", "source", "call"),
    [
        ("apigateway", "", "apigatewayv2:get_apis"),
        ("scheduler", f"arn:aws:scheduler:{known.REGION}:schedule/default/nightly", "scheduler:list_schedules"),
        ("pipes", f"arn:aws:pipes:{known.REGION}:pipe/jobs", "pipes:list_pipes"),
    ],
)
def test_a_permission_is_not_called_unused_where_its_listing_could_not_be_read(
    service: str, source: str, call: str
) -> None:
    allowed = statement("s", f"{service}.amazonaws.com", source)
    found = take(
        **{call: NotAllowed("not allowed"), "lambda:get_policy": {"Policy": json.dumps({"Statement": [allowed]})}}
    )

    assert found.warnings == ()
    assert {"unknown"} <= {each.kind for each in found.triggers} <= {"unknown", "scheduler", "pipe"}
    assert len(found.triggers) == 2  # the listing, and what the permission is for
