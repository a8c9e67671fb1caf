"""Event source mappings: queues are flipped, streams and brokers are detected.

A mapping keeps its UUID, its settings and its position when its function changes; it is never made anew. Changes take
up to 90 seconds to reach every poller (Lambda developer guide, event source mappings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers.base import Flip, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

KIND = "sqs"
PRINCIPALS: tuple[str, ...] = ()
SETTLE = 90.0

_KINDS = {"sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "kafka", "mq": "mq", "rds": "documentdb"}
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


def find(aws: Aws, function: Function) -> Iterator[Trigger]:
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


def _trigger(function: Function, mapping: dict[str, Any]) -> Trigger:
    source = mapping.get("EventSourceArn") or ""
    kind = _KINDS.get(source.split(":")[2], "unknown") if source else "kafka"
    qualifier = function.qualifier_of(mapping["FunctionArn"])
    settings = {
        "source": source,
        "function": mapping["FunctionArn"],
        **{field: mapping[field] for field in _KEPT if mapping.get(field) not in (None, {}, [])},
    }
    name = (source.split(":", 5)[5] if source else "") or mapping["UUID"]
    return Trigger(
        kind, mapping["UUID"], name, qualifier or "", settings, enabled=mapping.get("State", "Enabled") not in _OFF
    )


def to_alias(trigger: Trigger, function: Function, alias: str) -> Flip:
    """Point the mapping at the alias."""
    action = PointMapping(trigger.id, trigger.name, trigger.settings["function"], function.qualified_arn(alias))
    return Flip((Step("", action, "its batches reach the alias", KIND, settle=SETTLE),))


def to_service(trigger: Trigger, _function: Function, destination: Destination) -> Flip:
    """Switch the mapping off, once the service was seen to poll the queue itself."""
    source = trigger.settings["source"]
    blockers: tuple[Blocker, ...] = ()
    if not any(_same_queue(source, consumer) for consumer in destination.consumers):
        blockers = (
            Blocker(
                "sqs-without-consumer",
                f"the service does not poll queue `{trigger.name}` yet; start its consumer, then run `verify`",
                trigger.name,
            ),
        )
    warnings: tuple[str, ...] = ()
    if "FilterCriteria" in trigger.settings:
        text = "filters messages and deletes the rest; the service gets them all and must do the same"
        warnings = (f"the mapping of queue `{trigger.name}` {text}",)
    step = Step("", SwitchMapping(trigger.id, trigger.name, True, False), "the service polls it", KIND, settle=SETTLE)  # noqa: FBT003  # before, after
    return Flip((step,), blockers, warnings)


def source_metrics(trigger: Trigger) -> SourceMetrics:
    """Return what the queue counts ("Available CloudWatch metrics", SQS developer guide).

    A consumer deletes what it has finished. What it receives and does not delete comes again, as it did under Lambda:
    that has to have risen.
    """
    return SourceMetrics(
        "AWS/SQS",
        {"QueueName": trigger.settings["source"].rpartition(":")[2]},
        tried={"NumberOfMessagesReceived": 1},
        reached={"NumberOfMessagesDeleted": 1},
        suspect={"NumberOfMessagesReceived": 1, "NumberOfMessagesDeleted": -1},
        what="messages",
        arrived="were received and deleted",
        suspicious="were received and not deleted",
    )


def _same_queue(arn: str, consumer: str) -> bool:
    """Return whether a consumer's ARN or URL (``https://.../account/name``) is that of the queue."""
    if consumer == arn:
        return True
    region, account, name = (arn.split(":") + [""] * 6)[3:6]
    return "://" in consumer and consumer.endswith(f"/{account}/{name}") and bool(region)


def clean_up(trigger: Trigger) -> Sequence[Step]:
    """Delete the mapping that was switched off."""
    if trigger.enabled:
        return ()
    return (Step("", DeleteMapping(trigger.id, trigger.name), "nothing polls through it any more", KIND),)
