"""The denial: whom it hits, whom it spares, and what it leaves alone."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from lambda_migrate.errors import ConfigError
from lambda_migrate.freeze import denial
from lambda_migrate.freeze.attribution import Attribution
from lambda_migrate.freeze.denial import Principal

ACCOUNT = "123456789012"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
ALLOWED = {"CreateEventSourceMapping", "CreateFunction"}
"""A mapping is a thing of its own, and what is there already cannot be made."""

MIGRATING = "arn:aws:sts::123456789012:assumed-role/Migration/anna"


def call(who: str) -> Attribution:
    return Attribution(who, "2026-09-01T12:00:00Z", "UpdateFunctionCode", "unknown")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("role/deployer", Principal("role", "deployer")),
        ("user/anna", Principal("user", "anna")),
        ("arn:aws:iam::123456789012:role/team/deployer", Principal("role", "deployer", ACCOUNT)),
        ("arn:aws:iam::123456789012:user/anna", Principal("user", "anna", ACCOUNT)),
        ("arn:aws:sts::123456789012:assumed-role/deployer/session", Principal("role", "deployer", ACCOUNT)),
    ],
)
def test_roles_and_users_are_named_as_people_and_as_aws_name_them(text: str, found: Principal) -> None:
    assert denial.principal(text) == found


@pytest.mark.parametrize("text", ["deployer", "group/admins", "role/", "arn:aws:iam::123456789012:root", "role/a b"])
def test_what_no_policy_can_be_put_into_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        denial.principal(text)


def test_who_deployed_lately_is_denied_less_whoever_migrates() -> None:
    calls = [
        call("arn:aws:sts::123456789012:assumed-role/GitHub/run-1"),
        call("arn:aws:sts::123456789012:assumed-role/GitHub/run-2"),
        call("arn:aws:iam::123456789012:user/bob"),
        call(MIGRATING),
        call("lambda.amazonaws.com"),
    ]

    assert denial.deployers(calls, MIGRATING) == (
        Principal("role", "GitHub", ACCOUNT),
        Principal("user", "bob", ACCOUNT),
    )


def test_it_denies_changes_of_this_function_to_everybody_but_whoever_migrates() -> None:
    (statement,) = denial.policy(FUNCTION, MIGRATING)["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == [FUNCTION, f"{FUNCTION}:*"]
    assert statement["Condition"] == {
        "ArnNotLike": {
            "aws:PrincipalArn": [
                "arn:aws:iam::123456789012:role/Migration",
                "arn:aws:iam::123456789012:role/*/Migration",
            ]
        }
    }
    assert {"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"} <= set(statement["Action"])
    assert [each for each in statement["Action"] if "*" in each or "Invoke" in each.replace("EventInvoke", "")] == []


@pytest.mark.parametrize(
    ("text", "obstacle"),
    [
        ("role/deployer", ""),
        ("arn:aws:iam::123456789012:role/deployer", ""),
        (
            "role/AWSReservedSSO_Deploy_0a1b",
            "belongs to IAM Identity Center: deny it there, or in a service control policy",
        ),
        ("role/AWSServiceRoleForX", "belongs to an AWS service and cannot be denied"),
        ("arn:aws:sts::210987654321:assumed-role/deployer/x", "belongs to account 210987654321: deny it there"),
    ],
)
def test_who_cannot_be_denied_from_here_is_named_and_not_touched(text: str, obstacle: str) -> None:
    assert denial.principal(text).obstacle(ACCOUNT) == obstacle


def test_the_denial_names_every_call_that_changes_a_function_by_its_name() -> None:
    service = get_session().get_service_model("lambda")
    words = ("Add", "Create", "Delete", "Publish", "Put", "Remove", "Update")
    changing = {
        name
        for name in service.operation_names
        if name.startswith(words) and "FunctionName" in service.operation_model(name).input_shape.required_members
    }

    denied = {each.removeprefix("lambda:") for each in denial.DENIED}

    assert denied - changing == set()
    assert changing - denied == ALLOWED
