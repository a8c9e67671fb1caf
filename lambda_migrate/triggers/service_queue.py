"""What kinds share that reach the service by a queue of its own, in the place of an address.

A queue keeps what a service that is down, busy or slow does not take, for up to 14 days, and sets no time limit. The
team makes the queue and its policy; the service takes each message for the event that the function got.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import queue_policy
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import queue_refuses, queue_without_consumer, source_elsewhere
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import policy, sqs
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

COUNTED = "deleted messages (of the service's queue)"
FAILING = sqs.FAILING
CALLS = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes")
"""What :func:`look_at` calls, from which the policies of IAM are made."""

_REFUSED, _ENDLESS = "queue", "no dead letters"


def named(destination: Destination, trigger: Trigger[Any]) -> str:
    """Return the ARN of the queue that is named for a trigger; "" where none is."""
    return destination.queues.get(trigger.kind, {}).get(trigger.name, "")


def look_at(aws: Aws, name: str, queue: str, refusal: Callable[[Document], str]) -> dict[str, str]:
    """Return what a kind's ``look_up`` has to know of the queue of one trigger.

    Args:
        aws: Where to look; reads only.
        name: The trigger's name.
        queue: ARN of the queue.
        refusal: Says by the queue's attributes why it would not take what comes, one clause; "" where it would.
    """
    try:
        attributes = queue_policy.read(aws, queue)
        told = {f"{_REFUSED} {name}": refusal(attributes)}
    except (AwsError, NotAllowed) as error:
        return {f"{_REFUSED} {name}": error.message}
    return told | ({} if attributes.get("RedrivePolicy") else {f"{_ENDLESS} {name}": queue})


def moved(
    trigger: Trigger[Any],
    step: Step,
    function: Function,
    destination: Destination,
    *,
    caller: str,
    warnings: tuple[str, ...] = (),
) -> Repoint:
    """Return what sends a trigger's events to the queue that is named for it.

    Args:
        trigger: The trigger.
        step: What points it at the queue.
        function: The function.
        destination: What the service consumes, and what was looked up.
        caller: Who sends, for a person: ``bucket `uploads```.
        warnings: What a person should know beside that.
    """
    queue = named(destination, trigger)
    looked = destination.resources.get(trigger.kind, {})
    refusal = looked.get(f"{_REFUSED} {trigger.name}", "it has not been checked")
    if looked.get(f"{_ENDLESS} {trigger.name}"):
        text = "has no dead-letter queue: an event that always fails comes again until the queue drops it"
        warnings += (f"queue `{Arn.parse(queue).resource}` of {caller} {text}",)
    return Repoint(
        (step,),
        tuple(_blockers(trigger.name, caller, queue, function, destination, refusal)),
        warnings,
        source_metrics=sqs.queue_metrics(queue),
        private=True,
    )


def _blockers(
    subject: str, caller: str, queue: str, function: Function, destination: Destination, refusal: str
) -> Iterator[Blocker]:
    name = Arn.parse(queue).resource
    if policy.PermittedInvoker("", queue).elsewhere(function):
        text = f"queue `{name}` of {caller} is in another account or region, so its metrics cannot be read"
        yield closed(source_elsewhere, text, subject)
    if queue not in destination.notified:
        text = f"the service does not consume queue `{name}` of {caller} as notifications yet; set its URL in"
        yield closed(queue_without_consumer, f"{text} LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS, then run `verify`", subject)
    if refusal:
        text = f"{caller} may not be able to send to queue `{name}`: {refusal}"
        yield closed(queue_refuses, text, subject)
