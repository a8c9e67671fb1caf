"""EventBridge Pipes, which invoke by a role of their own: as their target, or to enrich events on the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.pipe import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "EventBridge Pipes"
CALLS = ("pipes:ListPipes", "pipes:DescribePipe")
"""What it calls, from which the policies of IAM are made."""

_PARTS = {"Target": "its target", "Enrichment": "its enrichment"}
TEMPLATE = "InputTemplate"
"""A text that AWS calls sensitive, so that it is not kept."""

_STOPPED = ("STOPPED", "DELETED")


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the pipes whose target or enrichment is the function."""
    yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    listed = aws.pages("pipes", "list_pipes", "Pipes")
    ours = [each for each in listed if any(_invoked(function, each, part) is not None for part in _PARTS)]
    yield from look_at_each(
        aws,
        "pipes",
        ours,
        partial(_of, aws, function),
        lambda each: Named(f"{LABEL} {each['Name']}", str(each["Arn"])),
    )


def _invoked(function: Function, pipe: dict[str, Any], part: str) -> str | None:
    return function.qualifier_of(pipe.get(part) or "")


def _of(aws: Aws, function: Function, pipe: dict[str, Any]) -> Iterator[Trigger[Settings]]:
    about = aws.call("pipes", "describe_pipe", Name=pipe["Name"])
    target = about.get("TargetParameters") or {}
    for part, how in _PARTS.items():
        qualifier = _invoked(function, about, part)
        if qualifier is not None:
            settings = Settings(
                source=about["Arn"],
                detail=f"as {how}, from {about['Source']}",
                pipe=about["Name"],
                part=part,
                role=about.get("RoleArn") or "",
                function=about[part],
                parameters={name: value for name, value in target.items() if name != TEMPLATE},
                templated=bool(target.get(TEMPLATE)),
                batch=_batch(about.get("SourceParameters") or {}),
            )
            enabled = about.get("DesiredState") not in _STOPPED
            yield Trigger(KIND, f"{about['Arn']}/{part.lower()}", about["Name"], qualifier, settings, enabled=enabled)


def _batch(parameters: dict[str, Any]) -> int:
    """Return how many records the pipe hands over at once; 0 where it says nothing, which is the source's default."""
    sizes = (each.get("BatchSize") for each in parameters.values() if isinstance(each, dict))
    return next((int(size) for size in sizes if size is not None), 0)
