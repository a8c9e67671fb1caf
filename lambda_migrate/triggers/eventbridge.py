"""EventBridge rules, scheduled ones too.

A target is replaced under its own id, in one call: no gap, no duplicates. Straight to the service means an API
destination with the service's key, and an input transformer that sends what the proxy would: ``{"event": ...}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.create_api_destination import CreateApiDestination
from lambda_migrate.actions.create_connection import CreateConnection
from lambda_migrate.actions.create_role import CreateRole
from lambda_migrate.actions.point_rule import PointRule
from lambda_migrate.actions.put_role_policy import PutRolePolicy
from lambda_migrate.errors import NotFound
from lambda_migrate.plan import Step
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import EVENTS_PATH, Blocker, Flip, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws import Aws
    from lambda_migrate.triggers.base import Destination, Function

KIND = "eventbridge"
PRINCIPALS: tuple[str, ...] = ("events.amazonaws.com",)
SETTLE = 60.0
"""AWS asks to "allow a short period of time" after PutTargets; rules are evaluated anew every minute."""

API_KEY_HEADER = "x-lambda-migrate-api-key"
ROLE_SETTLE = 10.0
RATE = 300
"""Invocations per second that the API destination lets through; EventBridge keeps the rest for 24 hours."""


def find(aws: Aws, function: Function) -> Iterator[Trigger]:
    """Yield the targets of rules that are the function or one of its aliases, on the buses that its policy names."""
    for bus in sorted(_buses(aws, function)):
        rules: set[str] = set()
        for qualifier in function.qualifiers:
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
        parts = arn.partition(":rule/")[2].split("/")
        if policy.is_pattern(arn) and (len(parts) == 1 or policy.is_pattern(parts[0])):
            buses |= {bus["Name"] for bus in aws.pages("events", "list_event_buses", "EventBuses")}
        else:
            buses.add("/".join(parts[:-1]) or "default")
    return buses


def _targets(aws: Aws, function: Function, bus: str, rule: str) -> Iterator[Trigger]:
    about = aws.call("events", "describe_rule", Name=rule, EventBusName=bus)
    for target in aws.pages("events", "list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus):
        qualifier = function.qualifier_of(target["Arn"])
        if qualifier is None:
            continue
        settings: dict[str, Any] = {
            "source": about["Arn"],
            "bus": bus,
            "rule": rule,
            "target": target,
            "schedule": about.get("ScheduleExpression") or "",
            "managed_by": about.get("ManagedBy") or "",
        }
        enabled = about.get("State", "ENABLED") != "DISABLED"
        yield Trigger(KIND, f"{bus}/{rule}/{target['Id']}", rule, qualifier, settings, enabled=enabled)


def to_alias(trigger: Trigger, function: Function, alias: str) -> Flip:
    """Replace the target's ARN by the alias', everything else as it is."""
    settings = trigger.settings
    after = {**settings["target"], "Arn": function.qualified_arn(alias)}
    action = PointRule(settings["bus"], settings["rule"], settings["target"]["Id"], settings["target"], after)
    return Flip((Step("", action, "its events reach the alias", KIND, settle=SETTLE),), _managed(trigger))


def _managed(trigger: Trigger) -> tuple[Blocker, ...]:
    owner = trigger.settings["managed_by"]
    if not owner:
        return ()
    text = f"rule `{trigger.name}` is managed by `{owner}`, so EventBridge lets nobody else change it"
    return (Blocker("eventbridge-managed-rule", text, trigger.name),)


def to_service(trigger: Trigger, function: Function, destination: Destination) -> Flip:
    """Make the API destination with its connection and role, then replace the target."""
    settings, blockers, warnings = trigger.settings, list(_managed(trigger)), []
    if not destination.api_key:
        blockers.append(
            Blocker(
                "service-without-api-key",
                f"rule `{trigger.name}` needs a key to call the service; name its secret in `service.api_key`",
                trigger.name,
                acceptable=False,
            )
        )
    if "DeadLetterConfig" not in settings["target"]:
        warnings.append(
            f"rule `{trigger.name}` has no dead-letter queue: what the service refuses for 24 hours is dropped"
        )
    kept = {
        key: value
        for key, value in settings["target"].items()
        if key not in ("Arn", "RoleArn", "Input", "InputPath", "InputTransformer")
    }
    after = {
        **kept,
        "Arn": f"api-destination:{destination.name}",
        "RoleArn": f"role:{_role_name(destination)}",
        **enveloped(settings["target"]),
    }
    action = PointRule(settings["bus"], settings["rule"], settings["target"]["Id"], settings["target"], after)
    pointed = Step("", action, "its events go straight to the service", KIND, settle=SETTLE)
    return Flip((*_preparation(function, destination), pointed), tuple(blockers), tuple(warnings))


def enveloped(target: dict[str, Any]) -> dict[str, Any]:
    """Return the input settings of a target that send ``{"event": <what the target gets now>}``."""
    if "Input" in target:
        return {"Input": f'{{"event": {target["Input"]}}}'}
    if "InputPath" in target:
        paths = {"part": target["InputPath"]}
        return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": '{"event": <part>}'}}
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        return {"InputTransformer": {**transformer, "InputTemplate": f'{{"event": {transformer["InputTemplate"]}}}'}}
    return {"InputTransformer": {"InputTemplate": '{"event": <aws.events.event.json>}'}}


def _role_name(destination: Destination) -> str:
    return f"{destination.name}-events"[:64]


def _preparation(function: Function, destination: Destination) -> tuple[Step, ...]:
    partition, region, account = (function.arn.split(":")[part] for part in (1, 3, 4))
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
        ],
    }
    target = f"arn:{partition}:events:{region}:{account}:api-destination/{destination.name}/*"
    permissions = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": target}],
    }
    role = _role_name(destination)
    allowed = PutRolePolicy(role, "invoke-api-destination", permissions)
    connection = CreateConnection(destination.name, API_KEY_HEADER, destination.api_key)
    api = CreateApiDestination(destination.name, destination.name, f"{destination.url}{EVENTS_PATH}", RATE)
    return (
        Step("", CreateRole(role, trust), "EventBridge in this account takes it on", KIND),
        Step("", allowed, "to call this API destination and nothing else", KIND, settle=ROLE_SETTLE),
        Step("", connection, "holds the key that the service asks for", KIND),
        Step("", api, "where the service takes events", KIND),
    )


def clean_up(_trigger: Trigger) -> Sequence[Step]:
    """Nothing: the target was replaced, so nothing of the function is left in the rule."""
    return ()
