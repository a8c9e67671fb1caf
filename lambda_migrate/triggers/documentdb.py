"""Change streams of DocumentDB, which Lambda reads through an event source mapping.

The mapping keeps the token with which it goes on in the change stream, and shows it to nobody. A consumer of the
service would have to begin elsewhere; so the change stream stays on the alias.
"""

from __future__ import annotations

from lambda_migrate.triggers.event_source import FOUND, IN_PLACE, PROPAGATION, REPEATED, RETURNED, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings

KIND = "documentdb"
LABEL = "DocumentDB change stream"
TRAFFIC = "events"
EVENT_SOURCES = ("rds",)
ALIAS = IN_PLACE
STAYS = "Lambda keeps the token with which the change stream goes on, and no pipe reads change streams"
BACK = RETURNED
SETTLES = PROPAGATION
TWICE = REPEATED
PAUSABLE = True

__all__ = ["FOUND", "Settings", "to_alias"]
