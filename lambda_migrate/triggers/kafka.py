"""Topics of Kafka, in Amazon MSK or on brokers of one's own, which Lambda reads through an event source mapping.

How far it has read is kept by the brokers, for the consumer group of the mapping. That stays with the mapping when its
function changes. A service that joined the same group would share its partitions with Lambda, and has to speak Kafka;
this tool does not arrange that, so the topic stays on the alias.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers import event_source
from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, REPEATED, RETURNED
from lambda_migrate.triggers.event_source import MappingSettings as Settings

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Repoint, Trigger

KIND = "kafka"
LABEL = "Kafka topic"
TRAFFIC = "events"
EVENT_SOURCES = ("kafka", "")
ALIAS = IN_PLACE
STAYS = "the service or a pipe would have to join the mapping's consumer group, which the broker's owner has to arrange"
BACK = RETURNED
SETTLES = 300.0
"""Lambda says that it takes "several minutes" (developer guide, starting positions of MSK), as the group rebalances."""

TWICE = f"what was not committed when the group of the mapping rebalanced; else {REPEATED}"
PAUSABLE = True

__all__ = ["FOUND", "Settings", "to_alias"]


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point the mapping at the alias."""
    return event_source.to_alias(trigger, function, alias, SETTLES)
