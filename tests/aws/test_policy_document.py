"""Policies say what they allow in few statements, and stay within what IAM takes."""

from __future__ import annotations

import json

from lambda_migrate.aws.permissions import Permission
from lambda_migrate.aws.policy_document import LIMIT, documents, size, statements

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


def test_actions_on_the_same_things_share_a_statement() -> None:
    assert statements(
        [
            Permission("lambda:UpdateAlias", FUNCTION),
            Permission("lambda:GetAlias", FUNCTION),
            Permission("lambda:ListFunctions", "*"),
            Permission("lambda:GetPolicy", FUNCTION),
            Permission("lambda:GetPolicy", f"{FUNCTION}:*"),
        ]
    ) == [
        {"Effect": "Allow", "Action": ["lambda:GetAlias", "lambda:UpdateAlias"], "Resource": FUNCTION},
        {"Effect": "Allow", "Action": "lambda:GetPolicy", "Resource": [FUNCTION, f"{FUNCTION}:*"]},
        {"Effect": "Allow", "Action": "lambda:ListFunctions", "Resource": "*"},
    ]


def test_a_condition_keeps_a_permission_apart_and_what_covers_all_swallows_the_rest() -> None:
    condition = ("StringEquals", "iam:PassedToService", "scheduler.amazonaws.com")

    assert statements(
        [
            Permission("iam:PassRole", "arn:aws:iam::123456789012:role/guard", condition),
            Permission("logs:DescribeLogGroups", "*"),
            Permission("logs:DescribeLogGroups", "arn:aws:logs:eu-west-1:123456789012:log-group:*"),
        ]
    ) == [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::123456789012:role/guard",
            "Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        },
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
    ]


def test_a_policy_that_would_be_too_long_becomes_several_that_say_the_same() -> None:
    rules = [f"arn:aws:events:eu-west-1:123456789012:rule/{'nightly' * 8}-{number}" for number in range(400)]
    permissions = [Permission("events:PutTargets", rule) for rule in rules]
    permissions += [Permission("lambda:GetAlias", FUNCTION)]

    made = documents(permissions)

    assert len(made) > 1
    assert all(size(each) <= LIMIT for each in made)
    said = {
        (statement["Action"], resource)
        for each in made
        for statement in each["Statement"]
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    assert said == {(each.action, each.resource) for each in permissions}


def test_white_space_does_not_count() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "a b"}]}

    assert size(document) == len(json.dumps(document, indent=8).replace(" ", "").replace("\n", ""))
