"""DynamoDB streams, which Lambda reads through an event source mapping.

The mapping keeps its place in every shard when its function changes. A consumer of the service could only begin with
the oldest record, or with the next (GetShardIterator, DynamoDB Streams API): it would repeat up to a day, or miss some.
So the stream stays on the alias.
"""

from __future__ import annotations

from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings

KIND = "dynamodb"
LABEL = "DynamoDB stream"
TRAFFIC = "events"
EVENT_SOURCES = ("dynamodb",)
ALIAS = IN_PLACE
STAYS = "a consumer of the service could only begin with the oldest record or with the next, not where Lambda is"
BACK = RETURNED
SETTLES = PROPAGATION
TWICE = REPEATED
PAUSABLE = True

__all__ = ["FOUND", "Settings", "to_alias"]
