from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.triggers import kind_of_caller, policy
from tests.inventory.fake_aws import FUNCTION, statement


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ("s3.amazonaws.com", "s3"),
        ("elasticloadbalancing.amazonaws.com", "elb"),
        ("cognito-idp.amazonaws.com", "cognito"),
        ("logs.eu-west-1.amazonaws.com", "logs"),
        ("logs.amazonaws.com", "logs"),
        ("iot.amazonaws.com", "iot"),
        ("scheduler.amazonaws.com", "scheduler"),
        ("alexa-appkit.amazon.com", "alexa"),
        ("lambda.alarms.cloudwatch.amazonaws.com", "alarm"),
        ("brand-new.amazonaws.com", "unknown"),
        ({"AWS": "arn:aws:iam::999999999999:root"}, "account"),
        ({"AWS": "999999999999"}, "account"),
        ({"AWS": ["arn:aws:iam::999999999999:role/a"]}, "account"),
        ({"AWS": ["arn:aws:iam::999999999999:role/b", "arn:aws:iam::999999999999:role/a"]}, "account"),
        ("*", "public"),
    ],
)
def test_a_principal_tells_the_kind_of_trigger(principal: Any, kind: str) -> None:
    assert kind_of_caller(policy.source(statement("s", principal))).name == kind


@pytest.mark.parametrize(
    ("action", "conditions"),
    [
        ("lambda:InvokeFunctionUrl", {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}),
        ("lambda:InvokeFunction", {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    ],
)
def test_both_permissions_of_a_function_url_are_about_the_url(action: str, conditions: dict[str, Any]) -> None:
    source = policy.source(statement("s", "*", **conditions) | {"Action": action})

    assert kind_of_caller(source).name == "function_url"


@pytest.mark.parametrize(
    ("allowed", "arn", "explained"),
    [
        ("", "arn:aws:sns:eu-west-1:1:topic", True),
        ("arn:aws:sns:eu-west-1:1:topic", "arn:aws:sns:eu-west-1:1:topic", True),
        ("arn:aws:sns:eu-west-1:1:*", "arn:aws:sns:eu-west-1:1:topic", True),
        ("arn:aws:execute-api:eu-west-1:1:abc/*/GET/orders", "arn:aws:execute-api:eu-west-1:1:abc", True),
        ("arn:aws:execute-api:eu-west-1:1:abcd/*/*", "arn:aws:execute-api:eu-west-1:1:abc", False),
        ("arn:aws:sns:eu-west-1:1:other", "arn:aws:sns:eu-west-1:1:topic", False),
    ],
)
def test_a_permission_is_explained_by_what_it_lets_in(allowed: str, arn: str, *, explained: bool) -> None:
    assert policy.PermittedInvoker("x.amazonaws.com", allowed).explained_by(arn) is explained


def test_a_clone_says_the_same_for_another_qualifier_under_a_sid_of_its_own() -> None:
    original = statement(
        "news",
        "sns.amazonaws.com",
        "arn:aws:sns:eu-west-1:1:news",
        StringEquals={"AWS:SourceAccount": "1", "lambda:EventSourceToken": "t", "aws:PrincipalOrgID": "o-1"},
    )

    clone = policy.clone(original, f"{FUNCTION}:live")

    assert clone == {**original, "Sid": "lm-62eb1897", "Resource": f"{FUNCTION}:live"}


def test_a_clone_has_the_same_sid_at_every_run_whatever_the_original_is_called() -> None:
    first = policy.clone(statement("a", "sns.amazonaws.com", "arn:1"), f"{FUNCTION}:live")
    renamed = policy.clone(statement("b", "sns.amazonaws.com", "arn:1"), f"{FUNCTION}:live")
    other = policy.clone(statement("a", "sns.amazonaws.com", "arn:2"), f"{FUNCTION}:live")

    assert first["Sid"] == renamed["Sid"] != other["Sid"]
    assert policy.clone(first, f"{FUNCTION}:live") == first
