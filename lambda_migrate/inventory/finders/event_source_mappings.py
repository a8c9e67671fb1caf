"""Event source mappings: queues, streams and brokers that Lambda polls for the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import kind_of_event_source
from lambda_migrate.triggers.base import Settings, Trigger
from lambda_migrate.triggers.event_source import MappingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

PRINCIPALS = ()

_KEPT = (
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "ScalingConfig",
    "StartingPosition",
    "ParallelizationFactor",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "TumblingWindowInSeconds",
    "DestinationConfig",
    "Topics",
    "Queues",
)
_OFF = ("Disabled", "Disabling")


def find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    """Yield every event source mapping of the function and of its aliases, once."""
    seen = set()
    for qualifier in function.qualifiers:
        name = function.qualified_arn(qualifier)
        try:
            mappings = list(aws.pages("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=name))
        except NotFound:
            continue
        for mapping in mappings:
            if mapping["UUID"] not in seen and mapping.get("State") != "Deleting":
                seen.add(mapping["UUID"])
                yield _trigger(function, mapping)


def _trigger(function: Function, mapping: dict[str, Any]) -> Trigger[Settings]:
    source = mapping.get("EventSourceArn") or ""
    kind = kind_of_event_source(source)
    kept = {field: mapping[field] for field in _KEPT if mapping.get(field) not in (None, {}, [])}
    settings: Settings = Settings(source=source)
    if issubclass(kind.settings, MappingSettings):
        settings = kind.settings(source=source, function=mapping["FunctionArn"], mapping=kept)
    name = Arn.parse(source).resource or mapping["UUID"]
    enabled = mapping.get("State", "Enabled") not in _OFF
    qualifier = function.qualifier_of(mapping["FunctionArn"]) or ""
    return Trigger(kind.name, mapping["UUID"], name, qualifier, settings, enabled=enabled)
