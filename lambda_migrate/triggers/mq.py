"""Queues of Amazon MQ (ActiveMQ, RabbitMQ), which Lambda reads through an event source mapping.

The broker holds what has not been acknowledged, so that nothing is lost when the mapping changes. Consumers compete for
a queue: a pipe of EventBridge takes what the mapping leaves once that is switched off, logged in as the mapping was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.pipes.create_pipe import QUEUED
from lambda_migrate.triggers import piped_broker
from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, clean_up, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings
from lambda_migrate.triggers.pipe_target import COUNTED, FAILING
from lambda_migrate.triggers.piped_broker import Source
from lambda_migrate.triggers.stream_metrics import CALLS, is_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Repoint, Trigger

KIND = "mq"
LABEL = "MQ broker"
TRAFFIC = "events"
EVENT_SOURCES = ("mq",)
ALIAS = IN_PLACE
SERVICE = (
    "an EventBridge pipe consumes the queue and sends it to the service message by message, if `service.pipes` names it"
)
STAYS = "only a pipe takes it to the service, if `service.pipes` names it"
BACK = RETURNED
SETTLES = PROPAGATION
TWICE = f"what the broker delivers again because it was not acknowledged; else {REPEATED}"
PAUSABLE = True

RABBIT = "VIRTUAL_HOST"
"""What a mapping says of RabbitMQ and never of ActiveMQ ("SourceAccessConfiguration", Lambda API reference)."""

__all__ = ["CALLS", "COUNTED", "FAILING", "FOUND", "Settings", "clean_up", "to_alias"]


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what is to be known before queues are read by pipes."""
    return piped_broker.look_up(aws, function, service, triggers, KIND)


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Let a pipe take over, where migration.yaml names the queue."""
    if not is_named(trigger, destination.pipes):
        return None
    return piped_broker.to_service(trigger, function, destination, _source(trigger.settings))


def source_metrics(_trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return nothing: the pipe counts, see :func:`to_service`."""
    return None


def _source(settings: Settings) -> Source:
    reached = piped_broker.accesses(settings.mapping)
    rabbit = RABBIT in reached
    parameters = {
        "QueueName": next(iter(settings.mapping.get("Queues") or ()), ""),
        **({"VirtualHost": reached[RABBIT][0]} if rabbit else {}),
        **piped_broker.credentials(reached, {"BASIC_AUTH": "BasicAuth"}),
    }
    about = {"Effect": "Allow", "Action": ["mq:DescribeBroker"], "Resource": settings.source}
    return Source(
        KIND,
        LABEL,
        settings.source,
        "RabbitMQBrokerParameters" if rabbit else "ActiveMQBrokerParameters",
        parameters,
        QUEUED,
        "rabbitmq" if rabbit else "activemq",
        piped_broker.role_statements(reached, about),
        (*piped_broker.common_problems(settings.mapping), *_problems(reached)),
    )


def _problems(reached: dict[str, list[str]]) -> Iterator[str]:
    if "BASIC_AUTH" not in reached:
        yield "AWS does not show what it logs in with"
