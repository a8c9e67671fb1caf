"""EventBridge Pipes, which invoke by a role of their own: as their target, or to enrich events on the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "pipe"
PRINCIPALS = ("pipes.amazonaws.com",)
LISTING = "EventBridge Pipes"

_PARTS = {"Target": "its target", "Enrichment": "its enrichment"}
_STOPPED = ("STOPPED", "DELETED")


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the pipes whose target or enrichment is the function."""
    yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    for pipe in aws.pages("pipes", "list_pipes", "Pipes"):
        for part, how in _PARTS.items():
            qualifier = function.qualifier_of(pipe.get(part) or "")
            if qualifier is not None:
                settings = base.Settings(source=pipe["Arn"], detail=f"as {how}, from {pipe['Source']}")
                enabled = pipe.get("DesiredState") not in _STOPPED
                identity = f"{pipe['Arn']}/{part.lower()}"
                yield Trigger(KIND, identity, pipe["Name"], qualifier, settings, enabled=enabled)
