"""SQS queues, which Lambda polls through an event source mapping.

To the alias: the mapping is pointed at it. To the service: the service polls the queue itself, then the mapping is
switched off; both at once are competing consumers, so that no message is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.event_source.delete_mapping import DeleteMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import sqs_visibility, sqs_without_consumer
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.event_source import POINTED, PROPAGATION, to_alias
from lambda_migrate.triggers.event_source import MappingSettings as Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

KIND = "sqs"
LABEL = "SQS queue"
TRAFFIC = "events"
FOUND = "its event source mapping"
EVENT_SOURCES = ("sqs",)
ALIAS = POINTED
SERVICE = "the service polls the queue, then the mapping is switched off"
COUNTED = "deleted messages (of the queue)"
PAUSABLE = True
CALLS = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes")
"""What it calls itself, from which the policies of IAM are made."""
_VISIBILITY = "VisibilityTimeout"
FAILING = "a risen share of messages that are received and not deleted"
GRADUAL = "service and Lambda share the queue until the mapping is switched off"
BACK = "the same mapping gets its function back, or is switched on again"
SETTLES = PROPAGATION
TWICE = "what was received and not deleted in time, as always with a queue"

__all__ = ["Settings", "clean_up", "preflight", "queue_metrics", "source_metrics", "to_alias", "to_service"]


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, _alias: str) -> Iterator[Blocker]:
    """Yield that the queue shows messages again too soon ("Creating mappings", Lambda developer guide, Amazon SQS)."""
    queue = Arn.parse(trigger.settings.source)
    try:
        named = {"QueueName": queue.resource, "QueueOwnerAWSAccountId": queue.account}
        url = aws.call("sqs", "get_queue_url", **named)["QueueUrl"]
        answer = aws.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=[_VISIBILITY])
        visibility = int(answer["Attributes"][_VISIBILITY])
    except (AwsError, NotAllowed) as error:
        text = f"the visibility time-out of queue `{trigger.name}` could not be read: {error.message}"
        yield closed(sqs_visibility, text, trigger.name)
        return
    if visibility < function.timeout:
        text = f"queue `{trigger.name}` shows a message again after {visibility} s, the function may take"
        yield closed(
            sqs_visibility,
            f"{text} {function.timeout} s, and Lambda refuses such a mapping; raise the visibility time-out",
            trigger.name,
        )


def to_service(trigger: Trigger[Settings], _function: Function, destination: Destination) -> Repoint:
    """Switch the mapping off, once the service was seen to poll the queue itself."""
    source = trigger.settings.source
    blockers: tuple[Blocker, ...] = ()
    if not any(_same_queue(source, consumer) for consumer in destination.consumers):
        blockers = (
            closed(
                sqs_without_consumer,
                f"the service does not poll queue `{trigger.name}` yet; start its consumer, then run `verify`",
                trigger.name,
            ),
        )
    warnings: tuple[str, ...] = ()
    if "FilterCriteria" in trigger.settings.mapping:
        text = "filters messages and deletes the rest; the service gets them all and must do the same"
        warnings = (f"the mapping of queue `{trigger.name}` {text}",)
    off = SwitchMapping(trigger.id, trigger.name, before=True, after=False)
    step = Step("", off, "the service polls it", propagation=PROPAGATION)
    return Repoint((step,), blockers, warnings)


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the queue counts ("Available CloudWatch metrics", SQS developer guide).

    A consumer deletes what it has finished. What it receives and does not delete comes again, as it did under Lambda:
    that has to have risen.
    """
    return queue_metrics(trigger.settings.source)


def queue_metrics(queue: str) -> SourceMetrics:
    """Return the same of a queue, by its ARN."""
    return SourceMetrics(
        "AWS/SQS",
        {"QueueName": Arn.parse(queue).name},
        tried={"NumberOfMessagesReceived": 1},
        reached={"NumberOfMessagesDeleted": 1},
        suspect={"NumberOfMessagesReceived": 1, "NumberOfMessagesDeleted": -1},
        arrived="received and deleted",
        suspicious="received and not deleted",
    )


def _same_queue(arn: str, consumer: str) -> bool:
    """Return whether a consumer's ARN or URL (``https://.../account/name``) is that of the queue."""
    if consumer == arn:
        return True
    queue = Arn.parse(arn)
    return "://" in consumer and consumer.endswith(f"/{queue.account}/{queue.resource}") and bool(queue.region)


def clean_up(trigger: Trigger[Settings]) -> Sequence[Step]:
    """Delete the mapping that was switched off."""
    if trigger.enabled:
        return ()
    return (Step("", DeleteMapping(trigger.id, trigger.name), "nothing polls through it any more"),)
