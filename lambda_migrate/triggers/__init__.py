"""What can invoke the function: one file and one line here per kind.

Each says what it can do (see :class:`~lambda_migrate.triggers.kind.TriggerKind`). A kind that cannot be re-pointed is
detected and named, and stands in the way until somebody accepts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.triggers import (
    alarm,
    appsync,
    appsync_authorizer,
    cloudfront,
    codecommit,
    cognito,
    config_rule,
    destination,
    documentdb,
    dynamodb,
    eventbridge,
    firehose,
    function_url,
    http_api,
    http_api_authorizer,
    http_api_variable,
    iot,
    kafka,
    kinesis,
    load_balancer,
    logs,
    mq,
    pipe,
    rest_api,
    rest_api_authorizer,
    s3,
    scheduler,
    secretsmanager,
    ses,
    sns,
    sqs,
    step_functions,
    vpc_lattice,
    websocket_api,
    websocket_api_authorizer,
)
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import DETECTED, UNKNOWN
from lambda_migrate.triggers.kind import TriggerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Settings
    from lambda_migrate.triggers.policy import PermittedInvoker

TRIGGERS: dict[str, TriggerKind] = {
    kind.name: kind
    for kind in (
        TriggerKind.of(http_api),
        TriggerKind.of(http_api_variable),
        TriggerKind.of(http_api_authorizer),
        TriggerKind.of(rest_api),
        TriggerKind.of(rest_api_authorizer),
        TriggerKind.of(websocket_api),
        TriggerKind.of(websocket_api_authorizer),
        TriggerKind.of(function_url),
        TriggerKind.of(cloudfront),
        TriggerKind.of(load_balancer),
        TriggerKind.of(vpc_lattice),
        TriggerKind.of(sns),
        TriggerKind.of(eventbridge),
        TriggerKind.of(s3),
        TriggerKind.of(scheduler),
        TriggerKind.of(pipe),
        TriggerKind.of(logs),
        TriggerKind.of(step_functions),
        TriggerKind.of(iot),
        TriggerKind.of(cognito),
        TriggerKind.of(secretsmanager),
        TriggerKind.of(destination),
        TriggerKind.of(appsync),
        TriggerKind.of(appsync_authorizer),
        TriggerKind.of(codecommit),
        TriggerKind.of(alarm),
        TriggerKind.of(config_rule),
        TriggerKind.of(ses),
        TriggerKind.of(firehose),
        TriggerKind.of(sqs),
        TriggerKind.of(kinesis),
        TriggerKind.of(dynamodb),
        TriggerKind.of(kafka),
        TriggerKind.of(mq),
        TriggerKind.of(documentdb),
        *DETECTED,
    )
}
"""Every kind, in the order in which a plan re-points them: requests first, queues (which wait) last."""


def kind_of(trigger: Trigger[Settings]) -> TriggerKind:
    """Return what a trigger can do."""
    return TRIGGERS[trigger.kind]


def kind_of_caller(source: PermittedInvoker) -> TriggerKind:
    """Return the kind that a statement of a resource policy is for; ``unknown`` where its principal is not known."""
    return next((kind for kind in TRIGGERS.values() if kind.invokes_as(source.caller)), UNKNOWN)


def kind_of_event_source(arn: str) -> TriggerKind:
    """Return the kind of an event source mapping by the ARN of its source, which is "" for self-managed brokers."""
    service = Arn.parse(arn).service
    return next((kind for kind in TRIGGERS.values() if service in kind.event_sources), UNKNOWN)


def labelled(trigger: Trigger[Settings]) -> str:
    """Return a trigger for a person: ``SQS queue `jobs```."""
    return f"{kind_of(trigger).label} `{trigger.name}`"


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Iterable[Trigger[Settings]]
) -> dict[str, Mapping[str, str]]:
    """Return what the kinds of these triggers have to know of the service in AWS, by the names of the kinds.

    Args:
        aws: Where to look; reads only.
        function: The function.
        service: What migration.yaml says of the service.
        triggers: Those that are to reach it.
    """
    kinds: dict[str, list[Trigger[Settings]]] = {}
    for trigger in triggers:
        kinds.setdefault(trigger.kind, []).append(trigger)
    asked = ((name, TRIGGERS[name].look_up, those) for name, those in kinds.items())
    return {name: ask(aws, function, service, those) for name, ask, those in asked if ask is not None}


def from_dict(data: Mapping[str, Any]) -> Trigger[Settings]:
    """Read back a trigger from what :func:`dataclasses.asdict` and JSON made of it."""
    return Trigger(**{**data, "settings": TRIGGERS[data["kind"]].settings.from_dict(data["settings"])})
