"""Target groups: found by the permission, with every rule that forwards to them."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.load_balancer import Rule, Settings
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

REGION = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
GROUP, OTHER = f"{REGION}:targetgroup/orders/0a1b", f"{REGION}:targetgroup/images/2c3d"
LISTENER = f"{REGION}:listener/app/orders-lb/9f/11"
RULE = f"{REGION}:listener-rule/app/orders-lb/9f/11"
HEALTH = {"HealthCheckEnabled": False, "Matcher": {"HttpCode": "200"}}
FORWARD = {"Type": "forward", "TargetGroupArn": GROUP}


def described(arn: str, **changed: Any) -> dict[str, Any]:
    balancer = f"{REGION}:loadbalancer/app/orders-lb/9f"
    return {"TargetGroupArn": arn, "TargetType": "lambda", "LoadBalancerArns": [balancer], **HEALTH, **changed}


def account(source: str = GROUP, **answers: Any) -> FakeAws:
    aws = fake(statement("elb", "elasticloadbalancing.amazonaws.com", source))
    weighted = {
        "TargetGroups": [{"TargetGroupArn": GROUP, "Weight": 20}, {"TargetGroupArn": OTHER, "Weight": 80}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 600},
    }
    rules = [
        {"RuleArn": f"{RULE}/1", "Priority": "1", "IsDefault": False, "Actions": [FORWARD]}
        | {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/orders", "/o"]}}]},
        {"RuleArn": f"{RULE}/2", "Priority": "default", "IsDefault": True, "Conditions": []}
        | {"Actions": [{"Type": "authenticate-cognito"}, {"Type": "forward", "ForwardConfig": weighted}]},
        {"RuleArn": f"{RULE}/3", "Priority": "3", "IsDefault": False, "Actions": [{"Type": "redirect"}]},
    ]
    aws.answers |= {
        "elbv2:describe_target_groups": {"TargetGroups": [described(GROUP)]},
        "elbv2:describe_target_health": {"TargetHealthDescriptions": [{"Target": {"Id": FUNCTION}}]},
        "elbv2:describe_target_group_attributes": {
            "Attributes": [{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}]
        },
        "elbv2:describe_listeners": {"Listeners": [{"ListenerArn": LISTENER, "Port": 443}]},
        "elbv2:describe_rules": {"Rules": rules},
        **answers,
    }
    return aws


FOUND = Trigger(
    "elb",
    GROUP,
    "targetgroup/orders/0a1b",
    "",
    Settings(
        source=GROUP,
        balancer="app/orders-lb/9f",
        rules=(
            Rule(f"{RULE}/1", "orders-lb:443 /orders", 1),
            Rule(f"{RULE}/2", "orders-lb:443 by default", 20, LISTENER, (OTHER,), 600),
        ),
        health=HEALTH,
        multiple_values=True,
        others=("targetgroup/images/2c3d",),
    ),
)


@pytest.mark.parametrize("source", [GROUP, None, f"{REGION}:targetgroup/or*"])
def test_a_target_group_is_found_with_the_rules_that_forward_to_it(source: Any) -> None:
    found = take(account(source) if source else account(""))

    assert (found.triggers, found.unexplained) == ((FOUND,), ())


def test_a_group_to_which_nothing_forwards_delivers_nothing() -> None:
    group = described(GROUP, LoadBalancerArns=[])

    (found,) = take(account(**{"elbv2:describe_target_groups": {"TargetGroups": [group]}})).triggers

    assert (found.enabled, found.settings.balancer, found.settings.rules) == (False, "", ())  # type: ignore[attr-defined]  # of a group


def test_a_permission_for_a_group_that_is_gone_or_has_another_target_is_not_used() -> None:
    other = [{"Target": {"Id": f"{FUNCTION}-other"}}]
    changed = account(**{"elbv2:describe_target_health": {"TargetHealthDescriptions": other}})
    gone = account(**{"elbv2:describe_target_groups": {"TargetGroups": []}})

    for aws in (changed, gone):
        found = take(aws)
        assert found.triggers == ()
        assert f"permission `elb` is not used: `{GROUP}` invokes nothing here" in found.warnings


@pytest.mark.parametrize(
    ("call", "unread", "permitted"),
    [
        ("elbv2:describe_target_groups", "target groups of load balancers", ["elb"]),
        ("elbv2:describe_rules", "target group targetgroup/orders/0a1b", []),
    ],
)
def test_what_may_not_be_read_is_unknown_by_name(call: str, unread: str, permitted: list[str]) -> None:
    found = take(account(**{call: NotAllowed("not allowed")}))

    assert [each.kind for each in found.triggers if each.kind != "unknown"] == permitted
    assert [(each.name, each.settings.reason) for each in found.triggers if each.kind == "unknown"] == [
        (unread, "not allowed")
    ]
