"""Queues of Amazon MQ (ActiveMQ, RabbitMQ), which Lambda reads through an event source mapping.

The broker holds what has not been acknowledged, so that nothing is lost when the mapping changes. A service would have
to be a consumer of the broker, in the broker's own protocol, with credentials of its own; so the queue stays on the
alias.
"""

from __future__ import annotations

from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings

KIND = "mq"
LABEL = "MQ broker"
TRAFFIC = "events"
EVENT_SOURCES = ("mq",)
ALIAS = IN_PLACE
STAYS = "the service or a pipe would have to log in to the broker, which its owner has to arrange"
BACK = RETURNED
SETTLES = PROPAGATION
TWICE = f"what the broker delivers again because it was not acknowledged; else {REPEATED}"
PAUSABLE = True

__all__ = ["FOUND", "Settings", "to_alias"]
