"""A rehearsal tells every write of a change, and lets nothing through that changes something or shows a secret."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.aws.command_line import command_line
from lambda_migrate.aws.rehearsal import MOST, STAND_IN, Rehearsal, placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws


def rehearsal() -> Rehearsal:
    return Rehearsal(region="eu-west-1", endpoint_url="http://127.0.0.1:9")


def careless(aws: Aws) -> None:
    with suppress(Exception):
        aws.call("lambda", "delete_function", FunctionName="orders")
    aws.call("lambda", "delete_function", FunctionName="others")


def of_an_answer(aws: Aws) -> None:
    role = aws.call("iam", "create_role", RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    aws.call("lambda", "create_function", FunctionName="orders", Role=role["Arn"])


def by_an_answer(aws: Aws) -> None:
    made = aws.call("apigatewayv2", "create_integration", ApiId="9x2k", IntegrationType="HTTP_PROXY")
    aws.call("apigatewayv2", "get_route", ApiId="9x2k", RouteId=made["ResponseParameters"]["200"]["x"])


def without_end(aws: Aws) -> None:
    while True:
        aws.call("sns", "publish", Message="m")


CAREFUL = {"FunctionName": "orders"}
ROLE = ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"})
INTEGRATION = ("apigatewayv2", "create_integration", {"ApiId": "9x2k", "IntegrationType": "HTTP_PROXY"})
READ = {"Name": "key", "WithDecryption": True}


@pytest.mark.parametrize(
    ("change", "rehearsed"),
    [
        (
            careless,
            ((("lambda", "delete_function", CAREFUL), ("lambda", "delete_function", {"FunctionName": "others"})), True),
        ),
        (
            lambda aws: aws.call("lambda", "invoke", FunctionName="orders", Payload=b"{}"),
            ((("lambda", "invoke", {"FunctionName": "orders", "Payload": b"{}"}),), True),
        ),
        (lambda aws: aws.call("logs", "start_query", limit=1), ((("logs", "start_query", {"limit": 1}),), True)),
        (lambda aws: aws.sleep(60.0), ((), False)),
        (
            lambda aws: aws.call(
                "sns", "publish", Message=aws.call("ssm", "get_parameter", **READ)["Parameter"]["Value"]
            ),
            ((("sns", "publish", {"Message": STAND_IN}),), True),
        ),
        (of_an_answer, ((ROLE, ("lambda", "create_function", {"FunctionName": "orders", "Role": "ARN"})), True)),
        (by_an_answer, ((INTEGRATION,), False)),
        (without_end, ((("sns", "publish", {"Message": "m"}),) * MOST, False)),
        (
            lambda aws: (aws.call("sns", "publish", Message="m"), aws.downloads()),
            ((("sns", "publish", {"Message": "m"}),), False),
        ),
    ],
)
def test_what_would_be_changed_is_told_call_by_call(change: Callable[[Aws], Any], rehearsed: Any) -> None:
    assert rehearsal().rehearsed(change) == rehearsed


def test_what_an_answer_would_hold_stands_there_by_name() -> None:
    assert [placeholder(name) for name in ("Arn", "IntegrationId", "RevisionId", "apiId")] == [
        "ARN",
        "INTEGRATION_ID",
        "REVISION_ID",
        "API_ID",
    ]


def test_the_key_of_the_door_is_neither_read_nor_shown() -> None:
    aws, door = rehearsal(), "overwrite:header.x-lambda-migrate-door-key"
    path = {"overwrite:path": "$request.path"}
    action = CreateIntegration("9x2k", "m", {"RequestParameters": path}, {door: "secretsmanager:orders/door"})

    ((written,), complete) = aws.rehearsed(action.apply)

    assert complete
    assert command_line(aws, *written) == (
        "aws apigatewayv2 create-integration --api-id 9x2k --description m"
        f""" --request-parameters '{{"overwrite:path": "$request.path", "{door}": "***"}}'"""
    )
