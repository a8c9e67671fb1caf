"""Flips of load balancers: the target group that was made for the alias, and the rules that forward to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.load_balancer.target_groups import NAMED, short
from lambda_migrate.handover.model import CloudFormation, Flip, Reference, Terraform
from lambda_migrate.handover.naming import name_of, pointed, said

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP, ATTACHMENT = "aws_lb_target_group", "aws_lb_target_group_attachment"
RULES = ("aws_lb_listener_rule", "aws_lb_listener")
_RULE = ("aws_lb_listener_rule", "action", "AWS::ElasticLoadBalancingV2::ListenerRule", "Actions")
_DEFAULT = ("aws_lb_listener", "default_action", "AWS::ElasticLoadBalancingV2::Listener", "DefaultActions")
_CHECKS = {
    "HealthCheckEnabled": "enabled",
    "HealthCheckPath": "path",
    "HealthCheckIntervalSeconds": "interval",
    "HealthCheckTimeoutSeconds": "timeout",
    "HealthyThresholdCount": "healthy_threshold",
    "UnhealthyThresholdCount": "unhealthy_threshold",
}
"""Terraform's words for a group's health check, by those of CreateTargetGroup, which are CloudFormation's."""

_ATTRIBUTES = {"lambda.multi_value_headers.enabled": "lambda_multi_value_headers_enabled"}
PARTS = ("set_group_attributes",)
"""Kinds that are a part of the flip of the group."""


def _group(action: Any) -> Flip:
    health = action.health
    matcher = (health.get("Matcher") or {}).get("HttpCode")
    checked = said({theirs: health.get(ours) for ours, theirs in _CHECKS.items()} | {"matcher": matcher})
    own = {"name": action.name, "target_type": "lambda"}
    properties = {"Name": action.name, "TargetType": "lambda", **said({name: health.get(name) for name in _CHECKS})}
    return Flip(
        _named(action.name),
        action.describe(),
        Terraform(GROUP, "", {"name": action.name}, own | ({"health_check": checked} if checked else {})),
        CloudFormation(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            f"{NAMED}{action.name}",
            {"TargetGroupArn": ""},
            properties | ({"Matcher": {"HttpCode": matcher}} if matcher else {}),
        ),
        made=True,
    )


def _target(action: Any) -> Flip:
    """Return that the function is the group's target; CloudFormation says so in the group itself."""
    group, function = _reference(action.group), pointed(action.function)
    return Flip(
        name_of(short(action.group), "target"),
        action.describe(),
        Terraform(ATTACHMENT, "", {}, {"target_group_arn": group, "target_id": function}),
        made=True,
        goes_with=_named(short(action.group)),
    )


def complete(things: dict[str, Flip], action: Any) -> None:
    """Put into the flip of a group what an action adds to it: CloudFormation has the target and attributes in one.

    Args:
        things: The flips so far, by name; changed in place.
        action: Any action.
    """
    name = _named(short(action.group)) if action.kind in ("register_function", *PARTS) else ""
    group = things.get(name)
    if group is None or group.cloudformation is None or group.terraform is None:
        return
    attributes: dict[str, Any] = {}
    if action.kind == "register_function":
        properties: dict[str, Any] = {"Targets": [{"Id": pointed(action.function)}]}
    else:
        properties = {"TargetGroupAttributes": [{"Key": key, "Value": value} for key, value in action.after.items()]}
        attributes = {_ATTRIBUTES[key]: value == "true" for key, value in action.after.items() if key in _ATTRIBUTES}
    things[name] = replace(
        group,
        terraform=replace(group.terraform, attributes={**attributes, **group.terraform.attributes}),
        cloudformation=replace(group.cloudformation, properties={**group.cloudformation.properties, **properties}),
    )


def _rule(action: Any) -> Flip:
    kind, block, theirs, listed = _DEFAULT if action.listener else _RULE
    arn = action.listener or action.rule
    goals = [_reference(group) for group, weight in action.after.items() if weight]
    whole = len(goals) == 1
    return Flip(
        name_of(action.name, "rule"),
        action.describe(),
        Terraform(
            kind,
            arn,
            {"arn": arn},
            {block: {"target_group_arn": goals[0]}} if whole else {},
            () if whole else (block,),  # a share is on its way: the rule goes on changing
        ),
        CloudFormation(theirs, arn, {}, {listed: [{"TargetGroupArn": goal} for goal in goals]}),
        source=action.name,
    )


def _reference(group: str) -> str | Reference:
    name = group.removeprefix(NAMED)
    return Reference(group, "arn", f"{GROUP}.{_named(name)}") if group.startswith(NAMED) else group


def _named(group: str) -> str:
    return name_of(group, "group")


FLIPS: dict[str, Callable[[Any], Flip]] = {
    "create_target_group": _group,
    "register_function": _target,
    "point_listener_rule": _rule,
    "join_listener_rule": _rule,
}
"""By kinds of actions."""
