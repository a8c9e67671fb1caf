"""SNS topics whose messages reach the service by a queue that it consumes, in place of its URL.

A queue keeps what a service that is down, busy or slow does not take, for up to 14 days, and sets no time limit. The
team makes the queue and lets the topic send to it; what is planned here is the subscription.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws import queue_policy
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import sns_queue_refuses, sns_without_consumer, source_elsewhere
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

SERVICE = "sns.amazonaws.com"


def look_up(aws: Aws, function: Function, queues: Mapping[str, str]) -> dict[str, str]:
    """Return what keeps topics from sending to their queues, by ``queue <topic>``; "" where nothing does.

    Args:
        aws: Where to look; reads only.
        function: The function, whose account and region the topics are of.
        queues: ARNs of queues, by the topics' names.
    """
    partition, _lambda, region, account, _name = Arn.parse(function.arn)
    return {
        f"queue {topic}": _refusal(aws, queue, f"arn:{partition}:sns:{region}:{account}:{topic}")
        for topic, queue in queues.items()
    }


def _refusal(aws: Aws, queue: str, topic: str) -> str:
    try:
        attributes = queue_policy.read(aws, queue)
        lets = queue_policy.lets(attributes, SERVICE, topic)
    except (AwsError, NotAllowed) as error:
        return error.message
    unsuitable = queue_policy.unsuitable(queue, attributes, "a standard topic")
    return unsuitable or ("" if lets else "its policy does not let the topic send to it")


def blockers(name: str, queue: str, function: Function, destination: Destination) -> Iterator[Blocker]:
    """Yield what stands against sending a topic's messages to a queue.

    Args:
        name: The topic's name.
        queue: ARN of the queue.
        function: The function.
        destination: What the service consumes, and what was looked up.
    """
    if policy.PermittedInvoker("", queue).elsewhere(function):
        text = f"queue `{queue}` of topic `{name}` is in another account or region, so its metrics cannot be read"
        yield closed(source_elsewhere, text, name)
    if queue not in destination.notified:
        text = (
            f"the service does not consume queue `{queue}` of topic `{name}` as notifications yet; set its URL in"
            " LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS, then run `verify`"
        )
        yield closed(sns_without_consumer, text, name)
    looked = destination.resources.get("sns", {})
    refusal = looked.get(f"queue {name}", "its policy has not been checked")
    if refusal:
        text = f"topic `{name}` may not be able to send to queue `{queue}`: {refusal}"
        yield closed(sns_queue_refuses, text, name)
