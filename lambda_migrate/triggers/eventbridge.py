"""EventBridge rules, scheduled ones too.

A target is replaced under its own id, in one call: no gap, no duplicates. Straight to the service means an API
destination with the service's key, and an input transformer that sends what the proxy would: ``{"event": ...}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.eventbridge.create_api_destination import CreateApiDestination
from lambda_migrate.actions.eventbridge.create_connection import CreateConnection
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import eventbridge_managed_rule, eventbridge_too_slow, service_without_api_key
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, duration, eventbridge_replays
from lambda_migrate.triggers.base import EVENTS_PATH, Repoint
from lambda_migrate.triggers.duration import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

__all__ = [
    "Settings",
    "destination_name",
    "enveloped",
    "look_up",
    "preflight_all",
    "source_metrics",
    "to_alias",
    "to_service",
]

KIND = "eventbridge"
LABEL = "EventBridge rule"
TRAFFIC = "events"
FOUND = "the permission, and the rules that name the function as a target"
PRINCIPALS = ("events.amazonaws.com",)
ALIAS = "the target's ARN is replaced under its own id"
SERVICE = 'the target becomes an API destination that sends `{"event": …}` with the service\'s key'
COUNTED = "delivered events (of the rule)"
PAUSABLE = True
FAILING = "a risen share of retried and failed invocations"
BACK = "the old target is put back under the same id, in one call"
TWICE = "nothing of the change itself; what EventBridge is trying again goes to the target that it had"
CALLS = eventbridge_replays.CALLS
"""What it calls itself, from which the policies of IAM are made."""

BACKLOG = 86_400.0
"""Seconds that EventBridge keeps trying to deliver an event, at most; it drops at once what was to go to a target that
is not there any more ("Using dead-letter queues", EventBridge user guide)."""

PROPAGATION = 60.0
"""AWS asks to "allow a short period of time" after PutTargets; rules are evaluated again every minute."""

SETTLES = PROPAGATION

API_KEY_HEADER = "x-lambda-migrate-api-key"
ROLE_PROPAGATION = 10.0
ANSWER_TIMEOUT = 5.0
"""Seconds that EventBridge waits for an answer of an API destination ("API destinations", EventBridge user guide)."""

NAME_LENGTH = 56
"""EventBridge allows 64 characters for connections and destinations, IAM for roles; the role's name gets a suffix."""

RATE = 300
"""Invocations per second that the API destination lets through; EventBridge keeps the rest for 24 hours."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a rule's target.

    Attributes:
        bus: Name of the event bus.
        rule: Name of the rule.
        target: The target, as AWS writes it.
        schedule: When it runs; "" where events trigger it.
        managed_by: The service that alone may change the rule, or "".
        endpoint: Where the API destination sends that an earlier plan made; "" if there is none.
        other_targets: How many targets the rule has beside this one.
    """

    bus: str
    rule: str
    target: dict[str, Any]
    schedule: str = ""
    managed_by: str = ""
    endpoint: str = ""
    other_targets: int = 0


def destination_name(function: Function) -> str:
    """Return the name of the function's API destination and connection."""
    return f"lambda-migrate-{function.name}"[:NAME_LENGTH]


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the rule: its name, after that of its bus unless that is the default one."""
    settings = trigger.settings
    return settings.rule if settings.bus == "default" else f"{settings.bus}|{settings.rule}"


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the target's ARN by the alias', everything else as it is."""
    settings = trigger.settings
    after = {**settings.target, "Arn": function.qualified_arn(alias)}
    action = PointRule(settings.bus, settings.rule, settings.target["Id"], settings.target, after)
    return Repoint((Step("", action, "its events reach the alias", propagation=PROPAGATION),), _managed(trigger))


def _managed(trigger: Trigger[Settings]) -> tuple[Blocker, ...]:
    owner = trigger.settings.managed_by
    if not owner:
        return ()
    text = f"rule `{trigger.name}` is managed by `{owner}`, so EventBridge lets nobody else change it"
    return (closed(eventbridge_managed_rule, text, trigger.name),)


def preflight_all(
    aws: Aws, triggers: Sequence[Trigger[Settings]], _function: Function, _alias: str
) -> Iterator[Blocker]:
    """Yield which of the rules past events are being sent to."""
    looked = eventbridge_replays.look_up(aws, triggers)
    for trigger in triggers:
        yield from eventbridge_replays.blockers(trigger, looked)


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return how long the function takes, and which replays reach the rules."""
    return {**duration.look_up(aws, function, service), **eventbridge_replays.look_up(aws, triggers)}


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint:
    """Make the API destination with its connection and role, then replace the target."""
    settings, blockers = trigger.settings, [*_managed(trigger), *_too_slow(trigger, function, destination)]
    blockers += eventbridge_replays.blockers(trigger, destination.resources.get(KIND) or {})
    if not destination.api_key:
        text = f"rule `{trigger.name}` needs a key to call the service; name its secret in `service.api_key`"
        blockers.append(closed(service_without_api_key, text, trigger.name))
    warnings: tuple[str, ...] = ()
    if "DeadLetterConfig" not in settings.target:
        text = "has no dead-letter queue: what the service refuses for 24 hours is dropped"
        warnings = (f"rule `{trigger.name}` {text}",)
    after = _direct_target(settings.target, function)
    action = PointRule(settings.bus, settings.rule, settings.target["Id"], settings.target, after)
    pointed = Step("", action, "its events go straight to the service", propagation=PROPAGATION)
    endpoint = f"{destination.url}{EVENTS_PATH}"
    preparation = () if settings.endpoint == endpoint else _preparation(function, destination, endpoint)
    return Repoint((pointed,), tuple(blockers), warnings, preparation)


def _too_slow(trigger: Trigger[Settings], function: Function, destination: Destination) -> tuple[Blocker, ...]:
    slow = too_long(function, destination.resources.get(KIND), ANSWER_TIMEOUT)
    if not slow:
        return ()
    waits = f"EventBridge waits {ANSWER_TIMEOUT:g} s for the service's answer, then sends the event again"
    text = f"rule `{trigger.name}`: {waits}; {slow}"
    return (closed(eventbridge_too_slow, text, trigger.name),)


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the rule counts, for all its targets together ("Monitoring EventBridge", EventBridge user guide).

    An API destination is asked again after 401, 407, 409, 429, 5xx and no answer, which ``RetryInvocationAttempts``
    counts; any other refusal is final, which ``FailedInvocations`` counts. EventBridge sends both only where they are
    not zero. Where the rule has other targets, a failure may be theirs, so that it has to have risen; and what the
    service took is at least all successes less one of each other target for each time that the rule ran.
    """
    settings = trigger.settings
    others = settings.other_targets
    bus = {} if settings.bus == "default" else {"EventBusName": settings.bus}
    return SourceMetrics(
        "AWS/Events",
        {**bus, "RuleName": settings.rule},
        tried={"InvocationAttempts": 1},
        reached={"SuccessfulInvocationAttempts": 1, **({"TriggeredRules": -others} if others else {})},
        failed={} if others else {"RetryInvocationAttempts": 1, "FailedInvocations": 1},
        suspect={"InvocationAttempts": 1, "SuccessfulInvocationAttempts": -1},
        arrived="delivered to the service, at least" if others else "delivered",
        failing="refused or not taken",
        suspicious="retried",
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


def _preparation(function: Function, destination: Destination, endpoint: str) -> tuple[Step, ...]:
    """Return the steps that make the API destination, the API destination itself last."""
    partition, _lambda, region, account, _name = Arn.parse(function.arn)
    name = destination_name(function)
    trust = allow(
        Principal={"Service": "events.amazonaws.com"},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"aws:SourceAccount": account}},
    )
    target = f"arn:{partition}:events:{region}:{account}:api-destination/{name}/*"
    permissions = allow(Action="events:InvokeApiDestination", Resource=target)
    role = _role_name(function)
    allowed = PutRolePolicy(role, "invoke-api-destination", permissions)
    connection = CreateConnection(name, API_KEY_HEADER, destination.api_key)
    api = CreateApiDestination(name, name, endpoint, RATE)
    return (
        Step(
            "",
            CreateRole(role, trust, destination.boundary),
            "EventBridge in this account takes it on",
            lingers=BACKLOG,
        ),
        Step(
            "", allowed, "to call this API destination and nothing else", propagation=ROLE_PROPAGATION, lingers=BACKLOG
        ),
        Step("", connection, "holds the key that the service asks for", lingers=BACKLOG),
        Step("", api, "where the service takes events", lingers=BACKLOG),
    )


def allow(**statement: Any) -> dict[str, Any]:
    """Return a policy of one statement that allows something."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
