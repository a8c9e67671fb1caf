"""Statements of a resource policy, from the form in which AWS shows them to the form in which it takes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.function import policy


def statement(**more: Any) -> dict[str, Any]:
    return {
        "Sid": "s1",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:orders",
        **more,
    }


def test_every_condition_that_lambda_writes_is_given_back_to_it() -> None:
    condition = {
        "ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:123456789012:orders"},
        "StringEquals": {
            "AWS:SourceAccount": "123456789012",
            "aws:PrincipalOrgID": "o-1",
            "lambda:EventSourceToken": "token",
            "lambda:FunctionUrlAuthType": "NONE",
        },
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"},
    }

    assert policy.arguments(statement(Condition=condition)) == {
        "StatementId": "s1",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
        "SourceArn": "arn:aws:sns:us-east-1:123456789012:orders",
        "SourceAccount": "123456789012",
        "PrincipalOrgID": "o-1",
        "EventSourceToken": "token",
        "FunctionUrlAuthType": "NONE",
        "InvokedViaFunctionUrl": True,
    }


@pytest.mark.parametrize(
    ("principal", "given"),
    [
        ("*", "*"),
        ({"AWS": "arn:aws:iam::123456789012:root"}, "arn:aws:iam::123456789012:root"),
        ({"Service": "events.amazonaws.com"}, "events.amazonaws.com"),
    ],
)
def test_every_kind_of_principal_is_given_back(principal: Any, given: str) -> None:
    assert policy.arguments(statement(Principal=principal)) == {
        "StatementId": "s1",
        "Action": "lambda:InvokeFunction",
        "Principal": given,
    }


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, "the condition IpAddress aws:SourceIp"),
        ({"Condition": {"StringLike": {"AWS:SourceArn": "arn:*"}}}, "the condition StringLike AWS:SourceArn"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": ["a", "b"]}}}, "the condition ArnLike AWS:SourceArn"),
        ({"Condition": {"StringEquals": {"AWS:SourceArn": "arn:x"}}}, "the condition StringEquals AWS:SourceArn"),
        ({"Effect": "Deny"}, "its effect or its list of actions"),
        ({"Action": ["lambda:InvokeFunction", "lambda:GetFunction"]}, "its effect or its list of actions"),
        ({"Principal": {"AWS": ["arn:1", "arn:2"]}}, "its list of principals"),
    ],
)
def test_what_add_permission_cannot_say_is_refused_not_shortened(more: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        policy.arguments(statement(**more))

    assert raised.value.message == f"statement `s1` cannot be copied to another qualifier: {what}"


def test_a_statement_says_whom_it_lets_invoke_what() -> None:
    assert [policy.subject("orders", qualifier, statement()) for qualifier in ("live", "")] == [
        "sns.amazonaws.com may invoke orders:live",
        "sns.amazonaws.com may invoke orders",
    ]


class Granting:
    """A function whose policy is one statement."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def call(self, *_words: str, **_parameters: Any) -> dict[str, str]:
        return {"Policy": json.dumps({"Statement": [self.found]}), "RevisionId": "r1"}


@pytest.mark.parametrize(
    ("found", "held"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, None),
    ],
    ids=str,
)
def test_everybody_is_everybody_in_either_spelling(found: dict[str, Any], held: bool | None) -> None:
    aws: Any = Granting(statement(**found))
    wanted = statement(Principal={"AWS": "*"})

    assert policy.holds(aws, "orders", "", wanted) is held


@pytest.mark.parametrize("identifier", ["AROAEXAMPLEEXAMPLEEXA", "AIDAEXAMPLEEXAMPLEEXA"])
def test_whoever_is_gone_is_refused_by_what_is_left_of_him(identifier: str) -> None:
    with pytest.raises(ConfigError) as raised:
        policy.arguments(statement(Principal={"AWS": identifier}))

    gone = f"statement `s1` names a role or user that was deleted ({identifier}): nobody can use it, remove it"
    assert raised.value.message == gone
