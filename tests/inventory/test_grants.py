"""Which roles may invoke the function, by IAM's own documents."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.function.model import Alias, Qualified
from lambda_migrate.inventory import grants
from lambda_migrate.inventory.grants import Grants, Role
from tests.inventory.fake_aws import FakeAws, statement
from tests.triggers import known

ROLE = "arn:aws:iam::123456789012:role/caller"


def read(*statements: dict[str, Any], attached: tuple[str, ...] = (), trusted: Any = "lambda.amazonaws.com") -> Grants:
    """Return what one role may, by its inline statements and the policies that are attached to it."""
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}}
    role = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}],
        "AttachedManagedPolicies": [{"PolicyArn": arn} for arn in attached],
    }
    shown = {
        "Arn": "arn:aws:iam::aws:policy/Everything",
        "PolicyVersionList": [
            {"IsDefaultVersion": False, "Document": {"Statement": []}},
            {"IsDefaultVersion": True, "Document": {"Statement": [allow("*", "*")]}},
        ],
    }
    aws = FakeAws({"iam:get_account_authorization_details": {"RoleDetailList": [role], "Policies": [shown]}})
    return grants.read(aws, known.function(aliases=(Alias("live", "1"),)))


def allow(action: Any, resource: Any, **changed: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **changed}


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        (allow("lambda:InvokeFunction", known.ARN), (known.ARN,)),
        (allow(["s3:GetObject", "lambda:Invoke*"], ["arn:aws:s3:::x", f"{known.ARN}:*"]), (f"{known.ARN}:*",)),
        (allow("LAMBDA:*", f"{known.ARN}:live"), (f"{known.ARN}:live",)),
        (allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:ord*"), ("arn:aws:lambda:*:*:function:ord*",)),
        (
            allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:${aws:PrincipalTag/team}-x"),
            None,
        ),
        (allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:${aws:PrincipalTag/team}*"), ()),
        (allow("*", "*"), ()),
        (allow("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:*"), ()),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, ()),
        ({"Effect": "Allow", "NotAction": "lambda:*", "Resource": "*"}, None),
        ({"Effect": "Allow", "Action": "lambda:InvokeFunction", "NotResource": "arn:aws:lambda:*:*:function:x"}, ()),
        (allow("lambda:InvokeFunction", f"{known.ARN}-other"), None),
        (allow("lambda:InvokeFunctionUrl", known.ARN), None),
        (allow("lambda:GetFunction", known.ARN), None),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, None),
    ],
)
def test_a_role_may_invoke_what_its_statements_cover(statement: dict[str, Any], names: tuple[str, ...] | None) -> None:
    expected = {} if names is None else {ROLE: Role(frozenset({"lambda.amazonaws.com"}), names)}

    assert read(statement) == Grants(expected)


def test_a_managed_policy_counts_by_its_default_version_and_one_that_is_not_shown_may_allow_anything() -> None:
    assert read(attached=("arn:aws:iam::aws:policy/Everything",)).may(ROLE)
    assert read(attached=("arn:aws:iam::aws:policy/NotShown",)).may(ROLE)
    assert not read().may(ROLE)


def test_only_services_that_can_assume_such_a_role_have_to_be_looked_through() -> None:
    found = read(allow("lambda:InvokeFunction", known.ARN), trusted=["states.amazonaws.com", "events.amazonaws.com"])

    assert [found.through(f"{name}.amazonaws.com") for name in ("states", "events", "appsync")] == [True, True, False]


def test_where_iam_cannot_be_read_any_role_may_for_all_that_is_known() -> None:
    aws = FakeAws({"iam:get_account_authorization_details": NotAllowed("iam:… is not allowed")})

    found = grants.read(aws, known.function())

    assert found == Grants(unread="iam:… is not allowed")
    assert found.may("any")
    assert found.through("states.amazonaws.com")


def test_the_functions_own_policy_may_let_a_role_in_or_everybody() -> None:
    role = {"Arn": ROLE, "AssumeRolePolicyDocument": {}}
    aws = FakeAws({"iam:get_account_authorization_details": {"RoleDetailList": [role], "Policies": []}})

    def found(principal: Any) -> Grants:
        policy = (statement("s", principal),)
        return grants.read(aws, known.function(qualified={"": Qualified(policy=policy)}))

    assert found({"AWS": ROLE}) == Grants({ROLE: Role()})
    assert found("*") == Grants(everybody=True)
    assert found({"AWS": "arn:aws:iam::123456789012:root"}) == Grants()
