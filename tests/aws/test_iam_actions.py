"""The table of what calls ask for, held to botocore's models and to the calls that stand in the code."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from botocore.session import Session

from lambda_migrate.actions import ACTIONS
from lambda_migrate.aws.iam_actions import ALSO, CONDITIONS, FREE, PASSED, QUALIFIED, RENAMED, RESOURCES
from lambda_migrate.aws.permissions import Call, Permission, Place, calls, made, passed, permissions
from lambda_migrate.inventory.finders import FINDERS
from lambda_migrate.triggers import TRIGGERS
from tests.support.aws_calls import calls_by_module

PLACE = Place("aws", "eu-west-1", "123456789012")
SIGNED_OTHERWISE = {"monitoring": "cloudwatch"}
"""Services whose actions are named differently from what their requests are signed for."""


@cache
def model(service: str) -> Any:
    return Session().get_service_model(service)


@cache
def called() -> list[str]:
    """Return the calls that stand in the code: read when a test asks, for half a second that no collection needs."""
    return sorted({call for each in calls_by_module().values() for call in each} - FREE)


def of(call: Call) -> list[Permission]:
    return list(permissions(call, PLACE))


def prefix_signed_for(name: str) -> str:
    """Return what requests of a call are signed for, as IAM names it; "" where the service has no such operation."""
    service, _, operation = name.partition(":")
    shape = model(service)
    signed = shape.signing_name or shape.endpoint_prefix
    return SIGNED_OTHERWISE.get(signed, signed) if operation in shape.operation_names else ""


def test_the_action_of_each_call_has_the_prefix_that_its_requests_are_signed_for() -> None:
    assert len(called()) > 200
    assert {name: of(Call(name))[0].action.partition(":")[0] for name in called()} == {
        name: prefix_signed_for(name) for name in called()
    }


def requested(name: str) -> list[Permission]:
    """Return the verb and path of a call's request, as API Gateway asks for them."""
    service, _, operation = name.partition(":")
    http = model(service).operation_model(operation).http
    path = re.sub(r"\{[^}]*\}", "*", http["requestUri"].removeprefix("/v2").partition("?")[0]).replace("_", "")
    return [Permission(f"apigateway:{http['method']}", f"arn:aws:apigateway:eu-west-1::{path}")]


def test_api_gateway_is_asked_for_the_verb_and_path_of_the_request() -> None:
    names = [each for each in called() if each.startswith("apigateway")]

    assert len(names) > 20
    assert {name: of(Call(name)) for name in names} == {name: requested(name) for name in names}


def test_every_name_in_the_table_is_one_of_aws() -> None:
    for pattern in (*RENAMED, *ALSO, *QUALIFIED, *RESOURCES, *CONDITIONS, *PASSED):
        if pattern == "iam:PassRole":  # a permission without a call
            continue
        service, _, operation = pattern.partition(":")
        assert any(fnmatchcase(name, operation) for name in model(service).operation_names), pattern


def test_every_hole_of_the_table_is_a_parameter_of_the_call() -> None:
    spoken = {"QueueName", "Rule", "SecretId", "Connection", "GroupName", "Name", "Service", "Specification"}
    for name in called():
        service, _, operation = name.partition(":")
        shape = model(service).operation_model(operation).input_shape
        members = set(shape.members) if shape else set()
        pattern = next((each for each in RESOURCES if fnmatchcase(name, each)), "")
        exact = pattern == name or "*" not in pattern
        for hole in re.findall(r"\{(\w+)\}", " ".join(RESOURCES.get(pattern, ()))):
            known = hole in members or hole in spoken or hole in ("partition", "region", "account")
            assert known or not exact, (name, hole)


def test_every_call_in_the_code_is_declared_by_somebody() -> None:
    by_module = calls_by_module()
    for finder in FINDERS:
        module = f"inventory/finders/{finder.name}.py"
        assert by_module.get(module, set()) <= set(finder.calls), module
        assert all(_in_code(call, by_module) for call in finder.calls), module
    for kind in TRIGGERS.values():
        assert all(_in_code(call, by_module) for call in kind.calls), kind.name
    declared = {call for finder in FINDERS for call in finder.calls} | {"iam:SimulatePrincipalPolicy"}
    declared |= {call for kind in TRIGGERS.values() for call in kind.calls}
    for module, found in by_module.items():
        if module.startswith(("inventory/finders/", "triggers/")):
            assert found <= declared, module


BY_A_TABLE = {"apigateway:GetModels", "apigateway:GetRequestValidators", "apigateway:GetGatewayResponses"}
"""Calls whose names stand in a table in the code."""


def _in_code(call: str, by_module: dict[str, set[str]]) -> bool:
    return call in BY_A_TABLE or any(call in found for found in by_module.values())


def test_every_kind_of_action_says_what_it_calls() -> None:
    assert [kind for kind in ACTIONS if "aws_calls" not in dir(ACTIONS[kind])] == []
    assert [kind for kind in ACTIONS if not _defined(ACTIONS[kind])] == []


def _defined(action: type) -> bool:
    """Return whether a class says it itself, or one that it is made from does, and not the protocol of all."""
    owners = [each.__module__ for each in action.__mro__ if "aws_calls" in vars(each)]
    return owners[:1] not in ([], ["lambda_migrate.actions.base"])


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (
            calls("lambda", "GetAlias", FunctionName="orders"),
            [("lambda:GetAlias", "arn:aws:lambda:eu-west-1:123456789012:function:orders")],
        ),
        (
            calls("lambda", "Invoke", FunctionName="orders", Qualifier="7"),
            [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:orders:7")],
        ),
        (
            calls("lambda", "GetPolicy", FunctionName="orders", Qualifier="*"),
            [
                ("lambda:GetPolicy", "arn:aws:lambda:eu-west-1:123456789012:function:orders"),
                ("lambda:GetPolicy", "arn:aws:lambda:eu-west-1:123456789012:function:orders:*"),
            ],
        ),
        (calls("lambda", "ListFunctions"), [("lambda:ListFunctions", "*")]),
        (
            calls("events", "PutTargets", Rule="nightly", EventBusName="default"),
            [("events:PutTargets", "arn:aws:events:eu-west-1:123456789012:rule/nightly")],
        ),
        (
            calls("events", "DescribeRule", Name="nightly", EventBusName="shop"),
            [("events:DescribeRule", "arn:aws:events:eu-west-1:123456789012:rule/shop/nightly")],
        ),
        (
            calls("s3", "HeadObject", Bucket="things", Key="a/b"),
            [("s3:GetObject", "arn:aws:s3:::things/a/b"), ("s3:ListBucket", "arn:aws:s3:::things")],
        ),
        (
            calls("sqs", "GetQueueAttributes", QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"),
            [("sqs:GetQueueAttributes", "arn:aws:sqs:eu-west-1:123456789012:jobs")],
        ),
        (
            calls("ssm", "GetParameter", Name="/orders/keys"),
            [("ssm:GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/keys")],
        ),
        (
            calls("iam", "GetRole", RoleName="arn:aws:iam::123456789012:role/service-role/orders"),
            [("iam:GetRole", "arn:aws:iam::123456789012:role/service-role/orders")],
        ),
    ],
)
def test_what_a_call_asks_for(call: tuple[Call, ...], wanted: list[tuple[str, str]]) -> None:
    assert [(each.action, each.resource) for each in of(call[0])] == wanted


def test_a_role_that_is_handed_over_is_a_permission_on_a_condition() -> None:
    role = "arn:aws:iam::123456789012:role/lambda-migrate-orders-guard"
    schedule = {"Name": "lambda-migrate-orders-guard", "Target": {"Arn": "arn", "RoleArn": role}}

    assert [each for call in made("scheduler", "CreateSchedule", schedule) for each in of(call)] == [
        Permission(
            "scheduler:CreateSchedule",
            "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/lambda-migrate-orders-guard",
        ),
        Permission("iam:PassRole", role, ("StringEquals", "iam:PassedToService", "scheduler.amazonaws.com")),
    ]
    assert of(passed("lambda-migrate-orders-guard", "scheduler.amazonaws.com"))[0].resource == role
