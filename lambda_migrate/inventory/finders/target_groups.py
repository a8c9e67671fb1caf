"""Target groups of load balancers that have the function as their target, and the rules that forward to them.

The permission names the group as a rule. Where it names none, all groups for functions are looked through.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.load_balancer.point_listener_rule import groups_of, stickiness
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import load_balancer, policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.load_balancer import KIND, MULTIPLE_VALUES, Rule, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

PRINCIPALS = load_balancer.PRINCIPALS
LISTING = "target groups of load balancers"
CALLS = (
    "elbv2:DescribeTargetGroups",
    "elbv2:DescribeTargetHealth",
    "elbv2:DescribeTargetGroupAttributes",
    "elbv2:DescribeListeners",
    "elbv2:DescribeRules",
)
"""What it calls, from which the policies of IAM are made."""

_HEALTH = (
    "HealthCheckEnabled",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)
"""What a group for functions has of a health check; it has no protocol and no port."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the target groups whose target is the function; none are asked for where no permission lets them invoke."""
    sources = policy.sources(function, PRINCIPALS)
    if sources:
        yield from looked(LISTING, partial(_find, aws, function, sources))


def _find(aws: Aws, function: Function, sources: set[str]) -> Iterator[Trigger[base.Settings]]:
    for group in _groups(aws, function, sources):
        arn = str(group["TargetGroupArn"])
        name = Arn.parse(arn).resource
        yield from looked(f"target group {name}", partial(_of_group, aws, function, group), source=arn, identity=arn)


def _groups(aws: Aws, function: Function, sources: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the groups that may have the function as their target, each once."""
    if any(policy.is_pattern(arn) for arn in sources):
        listed = aws.pages("elbv2", "describe_target_groups", "TargetGroups")
        yield from (each for each in listed if each.get("TargetType") == "lambda")
        return
    for arn in sorted(sources):
        if policy.PermittedInvoker("", arn).elsewhere(function):
            continue
        answer = read_or_none(aws, "elbv2", "describe_target_groups", TargetGroupArns=[arn])
        yield from answer["TargetGroups"] if answer else ()


def _of_group(aws: Aws, function: Function, group: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    arn = str(group["TargetGroupArn"])
    health = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)["TargetHealthDescriptions"]
    named = [function.qualifier_of(str(each["Target"]["Id"])) for each in health]
    for qualifier in (each for each in named if each is not None):
        settings = _settings(aws, group)
        name = Arn.parse(arn).resource
        yield Trigger(KIND, arn, name, qualifier, settings, enabled=bool(settings.rules))


def _settings(aws: Aws, group: dict[str, Any]) -> Settings:
    arn = str(group["TargetGroupArn"])
    attributes = aws.call("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)["Attributes"]
    values = {each["Key"]: each.get("Value") for each in attributes}
    rules: list[Rule] = []
    others: set[str] = set()
    balancers = [str(each) for each in group.get("LoadBalancerArns") or ()]
    for balancer in balancers:
        for rule, forwarded in _rules(aws, balancer):
            if arn in forwarded:
                beside = tuple(sorted(forwarded.keys() - {arn}))
                rules.append(replace(rule, weight=forwarded[arn], others=beside))
            others |= forwarded.keys() - {arn}
    return Settings(
        source=arn,
        balancer=Arn.parse(balancers[0]).below("loadbalancer") if rules else "",
        rules=tuple(rules),
        health={name: group[name] for name in _HEALTH if group.get(name) is not None},
        multiple_values=values.get(MULTIPLE_VALUES) == "true",
        others=tuple(sorted(Arn.parse(each).resource for each in others)),
    )


def _rules(aws: Aws, balancer: str) -> Iterator[tuple[Rule, dict[str, int]]]:
    """Yield every rule of a load balancer, with the weights of the groups that it forwards to."""
    name = balancer.split("/")[2] if balancer.count("/") > 1 else balancer
    for listener in aws.pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer):
        where = f"{name}:{listener.get('Port', '')}"
        for rule in aws.pages("elbv2", "describe_rules", "Rules", ListenerArn=listener["ListenerArn"]):
            of_default = str(listener["ListenerArn"]) if rule.get("IsDefault") else ""
            called = f"{where} {'by default' if of_default else _condition(rule)}"
            groups = [group for action in rule.get("Actions") or () for group in groups_of(action)]
            weights = {str(group["TargetGroupArn"]): int(group["Weight"]) for group in groups}
            sticky = max((stickiness(each) for each in rule.get("Actions") or ()), default=0)
            yield Rule(str(rule["RuleArn"]), called, 0, of_default, sticky=sticky), weights


def _condition(rule: dict[str, Any]) -> str:
    """Return what a rule is for: the first value of each of its conditions."""
    values = []
    for condition in rule.get("Conditions") or ():
        configs = [each for name, each in condition.items() if name.endswith("Config") and each]
        listed = condition.get("Values") or [value for config in configs for value in config.get("Values") or ()]
        values += [str(each) for each in listed[:1]]
    return " ".join(values) or f"rule {rule.get('Priority', '')}"
