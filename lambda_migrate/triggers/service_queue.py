"""What kinds share that reach the service by a queue of its own, in the place of an address.

A queue keeps what a service that is down, busy or slow does not take, for up to 14 days, and sets no time limit. The
team makes the queue and its policy; the service takes each message for the event that the function got.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.gates import queue_without_consumer, source_elsewhere
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import policy, sqs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

COUNTED = "deleted messages (of the service's queue)"
FAILING = sqs.FAILING


def blockers(caller: str, subject: str, queue: str, function: Function, destination: Destination) -> Iterator[Blocker]:
    """Yield what stands against sending to a queue, whoever sends.

    Args:
        caller: Who sends, for a person: ``bucket `uploads```.
        subject: By what name it is accepted.
        queue: ARN of the queue.
        function: The function.
        destination: What the service consumes.
    """
    name = Arn.parse(queue).resource
    if policy.PermittedInvoker("", queue).elsewhere(function):
        text = f"queue `{name}` of {caller} is in another account or region, so its metrics cannot be read"
        yield closed(source_elsewhere, text, subject)
    if queue not in destination.notified:
        text = f"the service does not consume queue `{name}` of {caller} as notifications yet; set its URL in"
        yield closed(queue_without_consumer, f"{text} LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS, then run `verify`", subject)


def without_dead_letters(caller: str, queue: str) -> str:
    """Return the warning of a queue in which an event that always fails comes again until it expires."""
    text = "has no dead-letter queue: an event that always fails comes again until the queue drops it"
    return f"queue `{Arn.parse(queue).resource}` of {caller} {text}"


def metrics(queue: str) -> SourceMetrics:
    """Return what the queue counts, by its ARN."""
    return sqs.queue_metrics(queue)
