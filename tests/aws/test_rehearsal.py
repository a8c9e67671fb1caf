"""A rehearsal goes as far as the first write, and lets nothing through that changes something or shows a secret."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.aws.command_line import command_line
from lambda_migrate.aws.rehearsal import STAND_IN, Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws


def rehearsal() -> Rehearsal:
    return Rehearsal(region="eu-west-1", endpoint_url="http://127.0.0.1:9")


def careless(aws: Aws) -> None:
    with suppress(Exception):
        aws.call("lambda", "delete_function", FunctionName="orders")
    aws.call("lambda", "delete_function", FunctionName="others")


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (careless, ("lambda", "delete_function", {"FunctionName": "orders"})),
        (
            lambda aws: aws.call("lambda", "invoke", FunctionName="orders", Payload=b"{}"),
            ("lambda", "invoke", {"FunctionName": "orders", "Payload": b"{}"}),
        ),
        (lambda aws: aws.call("logs", "start_query", limit=1), ("logs", "start_query", {"limit": 1})),
        (lambda aws: aws.sleep(60.0), None),
        (
            lambda aws: aws.call(
                "sns",
                "publish",
                Message=aws.call("ssm", "get_parameter", Name="key", WithDecryption=True)["Parameter"]["Value"],
            ),
            ("sns", "publish", {"Message": STAND_IN}),
        ),
    ],
)
def test_it_ends_where_something_would_be_changed(change: Callable[[Aws], Any], written: Any) -> None:
    assert rehearsal().first_write(change) == written


def test_the_key_of_the_door_is_neither_read_nor_shown() -> None:
    aws, door = rehearsal(), "overwrite:header.x-lambda-migrate-door-key"
    path = {"overwrite:path": "$request.path"}
    action = CreateIntegration("9x2k", "m", {"RequestParameters": path}, {door: "secretsmanager:orders/door"})

    written = aws.first_write(action.apply)

    assert written is not None
    assert command_line(aws, *written) == (
        "aws apigatewayv2 create-integration --api-id 9x2k --description m"
        f""" --request-parameters '{{"overwrite:path": "$request.path", "{door}": "***"}}'"""
    )
