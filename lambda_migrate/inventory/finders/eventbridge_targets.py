"""Targets of EventBridge rules: those that are the function, on the buses that its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.eventbridge import KIND, PRINCIPALS, Settings, destination_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

__all__ = ["PRINCIPALS", "find"]

CALLS = (
    "events:ListEventBuses",
    "events:ListRuleNamesByTarget",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "events:DescribeApiDestination",
)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    """Yield the targets of rules that are the function or one of its qualifiers, on the buses that its policy names.

    Of versions only those are asked for that have a policy: a rule cannot invoke any other.
    """
    for bus in sorted(_buses(aws, function)):
        rules: set[str] = set()
        for qualifier in dict.fromkeys((*function.qualifiers, *function.qualified)):
            try:
                rules |= set(
                    aws.pages(
                        "events",
                        "list_rule_names_by_target",
                        "RuleNames",
                        TargetArn=function.qualified_arn(qualifier),
                        EventBusName=bus,
                    )
                )
            except NotFound:
                break
        for rule in sorted(rules):
            yield from _targets(aws, function, bus, rule)


def _buses(aws: Aws, function: Function) -> set[str]:
    """Return the names of the buses; ``.../rule/name`` is on the default bus, ``.../rule/bus/name`` on another."""
    buses = set()
    for arn in policy.sources(function, PRINCIPALS):
        parts = Arn.parse(arn).resource.removeprefix("rule/").split("/")
        if policy.is_pattern(arn) and (len(parts) == 1 or policy.is_pattern(parts[0])):
            buses |= {bus["Name"] for bus in aws.pages("events", "list_event_buses", "EventBuses")}
        else:
            buses.add("/".join(parts[:-1]) or "default")
    return buses


def _targets(aws: Aws, function: Function, bus: str, rule: str) -> Iterator[Trigger[Settings]]:
    about = aws.call("events", "describe_rule", Name=rule, EventBusName=bus)
    targets = list(aws.pages("events", "list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus))
    for target in targets:
        qualifier = function.qualifier_of(target["Arn"])
        if qualifier is None:
            continue
        settings = Settings(
            source=about["Arn"],
            bus=bus,
            rule=rule,
            target=target,
            schedule=about.get("ScheduleExpression") or "",
            managed_by=about.get("ManagedBy") or "",
            endpoint=_endpoint(aws, function),
            other_targets=len(targets) - 1,
        )
        enabled = about.get("State", "ENABLED") != "DISABLED"
        yield Trigger(KIND, f"{bus}/{rule}/{target['Id']}", rule, qualifier, settings, enabled=enabled)


def _endpoint(aws: Aws, function: Function) -> str:
    """Return where the API destination sends that an earlier plan made, or ""."""
    try:
        destination = aws.call("events", "describe_api_destination", Name=destination_name(function))
    except NotFound:
        return ""
    return str(destination["InvocationEndpoint"])
