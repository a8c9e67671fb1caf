"""Kinesis streams, which Lambda reads through an event source mapping.

The mapping keeps its place in every shard when its function changes, and the order within a shard. AWS shows that place
to nobody: a consumer of the service would have to begin at a time, and read again, or miss, what lies around it. So the
stream stays on the alias.
"""

from __future__ import annotations

from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings

KIND = "kinesis"
LABEL = "Kinesis stream"
TRAFFIC = "events"
EVENT_SOURCES = ("kinesis",)
ALIAS = IN_PLACE
STAYS = "Lambda alone knows how far it has read each shard, so a consumer of the service would repeat or miss some"
BACK = RETURNED
SETTLES = PROPAGATION
TWICE = REPEATED
PAUSABLE = True

__all__ = ["FOUND", "Settings", "to_alias"]
