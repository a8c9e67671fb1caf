"""EventBridge rules, scheduled ones too.

A target is replaced under its own id, in one call: no gap, no duplicates. Straight to the service means an API
destination with the service's key, and an input transformer that sends what the proxy would: ``{"event": ...}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import EVENTS_PATH, Flip, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

KIND = "eventbridge"
PRINCIPALS: tuple[str, ...] = ("events.amazonaws.com",)
SETTLE = 60.0
"""AWS asks to "allow a short period of time" after PutTargets; rules are evaluated anew every minute."""

API_KEY_HEADER = "x-lambda-migrate-api-key"
ROLE_SETTLE = 10.0
NAME_LENGTH = 56
"""EventBridge allows 64 characters for connections and destinations, IAM for roles; the role's name gets a suffix."""

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


def destination_name(function: Function) -> str:
    """Return the name of the function's API destination and connection."""
    return f"lambda-migrate-{function.name}"[:NAME_LENGTH]


def _made(aws: Aws, function: Function) -> str:
    """Return the URL of the API destination that an earlier plan made, or ""."""
    try:
        found = aws.call("events", "describe_api_destination", Name=destination_name(function))
    except NotFound:
        return ""
    return str(found["InvocationEndpoint"])


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
    targets = list(aws.pages("events", "list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus))
    for target in targets:
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
            "made": _made(aws, function),
            "others": len(targets) - 1,
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
    settings, blockers = trigger.settings, list(_managed(trigger))
    if not destination.api_key:
        text = f"rule `{trigger.name}` needs a key to call the service; name its secret in `service.api_key`"
        blockers.append(Blocker("service-without-api-key", text, trigger.name, acceptable=False))
    warnings: tuple[str, ...] = ()
    if "DeadLetterConfig" not in settings["target"]:
        text = "has no dead-letter queue: what the service refuses for 24 hours is dropped"
        warnings = (f"rule `{trigger.name}` {text}",)
    after = _direct_target(settings["target"], function)
    action = PointRule(settings["bus"], settings["rule"], settings["target"]["Id"], settings["target"], after)
    pointed = Step("", action, "its events go straight to the service", KIND, settle=SETTLE)
    endpoint = f"{destination.url}{EVENTS_PATH}"
    preparation = () if settings["made"] == endpoint else _preparation(function, destination.api_key, endpoint)
    return Flip((pointed,), tuple(blockers), warnings, preparation)


def source_metrics(trigger: Trigger) -> SourceMetrics:
    """Return what the rule counts, for all its targets together ("Monitoring EventBridge", EventBridge user guide).

    An API destination is asked again after 401, 407, 409, 429, 5xx and no answer, which ``RetryInvocationAttempts``
    counts; any other refusal is final, which ``FailedInvocations`` counts. EventBridge sends both only where they are
    not zero. Where the rule has other targets, a failure may be theirs, so that it has to have risen; and what the
    service took is at least all successes less one of each other target for each time that the rule ran.
    """
    settings = trigger.settings
    others = settings.get("others", 0)
    bus = {} if settings["bus"] == "default" else {"EventBusName": settings["bus"]}
    return SourceMetrics(
        "AWS/Events",
        {**bus, "RuleName": settings["rule"]},
        tried={"InvocationAttempts": 1},
        reached={"SuccessfulInvocationAttempts": 1, **({"TriggeredRules": -others} if others else {})},
        failed={} if others else {"RetryInvocationAttempts": 1, "FailedInvocations": 1},
        suspect={"InvocationAttempts": 1, "SuccessfulInvocationAttempts": -1},
        what="events",
        arrived="were surely delivered to the service" if others else "were delivered",
        failing="were refused or not taken",
        suspicious="were not delivered at once",
    )


def _direct_target(target: dict[str, Any], function: Function) -> dict[str, Any]:
    replaced = ("Arn", "RoleArn", "Input", "InputPath", "InputTransformer")
    return {
        **{key: value for key, value in target.items() if key not in replaced},
        "Arn": f"api-destination:{destination_name(function)}",
        "RoleArn": f"role:{_role_name(function)}",
        **enveloped(target),
    }


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


def _role_name(function: Function) -> str:
    return f"{destination_name(function)}-events"


def _preparation(function: Function, api_key: str, endpoint: str) -> tuple[Step, ...]:
    """Return the steps that make the API destination, the API destination itself last."""
    partition, region, account = (function.arn.split(":")[part] for part in (1, 3, 4))
    name = destination_name(function)
    trust = _allow(
        Principal={"Service": "events.amazonaws.com"},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"aws:SourceAccount": account}},
    )
    target = f"arn:{partition}:events:{region}:{account}:api-destination/{name}/*"
    permissions = _allow(Action="events:InvokeApiDestination", Resource=target)
    role = _role_name(function)
    allowed = PutRolePolicy(role, "invoke-api-destination", permissions)
    connection = CreateConnection(name, API_KEY_HEADER, api_key)
    api = CreateApiDestination(name, name, endpoint, RATE)
    return (
        Step("", CreateRole(role, trust), "EventBridge in this account takes it on", KIND),
        Step("", allowed, "to call this API destination and nothing else", KIND, settle=ROLE_SETTLE),
        Step("", connection, "holds the key that the service asks for", KIND),
        Step("", api, "where the service takes events", KIND),
    )


def _allow(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def clean_up(_trigger: Trigger) -> Sequence[Step]:
    """Nothing: the target was replaced, so nothing of the function is left in the rule."""
    return ()
