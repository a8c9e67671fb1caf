"""Event source mappings: queues, streams and brokers that Lambda polls for the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.triggers import kind_of_event_source
from lambda_migrate.triggers.base import Settings, Trigger
from lambda_migrate.triggers.event_source import MappingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

PRINCIPALS = ()
CALLS = ("lambda:ListEventSourceMappings",)
"""What it calls, from which the policies of IAM are made."""

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
    "SelfManagedEventSource",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "DocumentDBEventSourceConfig",
)
_OFF = ("Disabled", "Disabling")


def find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    """Yield every event source mapping of the function, its aliases and its versions.

    All mappings of the region are listed: a call for each hundred of them, where asking for each qualifier would take
    one for each version.
    """
    for mapping in aws.pages("lambda", "list_event_source_mappings", "EventSourceMappings"):
        if function.qualifier_of(mapping.get("FunctionArn") or "") is not None and mapping.get("State") != "Deleting":
            yield _trigger(function, mapping)


def _trigger(function: Function, mapping: dict[str, Any]) -> Trigger[Settings]:
    source = mapping.get("EventSourceArn") or ""
    kind = kind_of_event_source(source)
    kept = {field: mapping[field] for field in _KEPT if mapping.get(field) not in (None, {}, [])}
    settings: Settings = Settings(source=source)
    if issubclass(kind.settings, MappingSettings):
        settings = kind.settings(source=source, function=mapping["FunctionArn"], mapping=kept)
    name = _name(mapping, Arn.parse(source).resource)
    enabled = mapping.get("State", "Enabled") not in _OFF
    qualifier = function.qualifier_of(mapping["FunctionArn"]) or ""
    return Trigger(kind.name, mapping["UUID"], name, qualifier, settings, enabled=enabled)


def _name(mapping: dict[str, Any], source: str) -> str:
    """Return what a person calls a mapping: by its source, and by what it reads there, where that is one of many."""
    read = [*(mapping.get("Topics") or ()), *(mapping.get("Queues") or ())]
    brokers = ((mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}).get(
        "KAFKA_BOOTSTRAP_SERVERS"
    ) or []
    where = source or (brokers[0] if brokers else "")
    return f"{where}/{','.join(read)}" if where and read else where or mapping["UUID"]
