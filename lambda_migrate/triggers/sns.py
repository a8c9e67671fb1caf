"""SNS subscriptions.

A subscription's endpoint cannot be edited: a second one is made, then the first is parked with a filter that matches
nothing, so that its ARN survives for the way back. In between both deliver: duplicates, never a gap. A filter takes up
to 15 minutes to take effect (SNS developer guide, subscription filter policies).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.actions.sns.park_subscription import ParkSubscription
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import sns_other_filter, sns_shared_topic, sns_too_slow, sns_without_dead_letter_queue
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, duration, sns_queue, sns_retries
from lambda_migrate.triggers.base import EVENTS_PATH, Repoint
from lambda_migrate.triggers.duration import too_long
from lambda_migrate.triggers.sqs import queue_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

__all__ = ["Settings", "clean_up", "look_up", "source_metrics", "to_alias", "to_service"]

KIND = "sns"
LABEL = "SNS topic"
TRAFFIC = "events"
PARKS = True
FOUND = "the permission, and the topic's subscriptions"
PRINCIPALS = ("sns.amazonaws.com",)
ALIAS = "the alias is subscribed, then the old subscription is parked by a filter that matches nothing"
SERVICE = "the service's URL, or a queue that it consumes, is subscribed, then the old subscription is parked"
COUNTED = "delivered notifications (of the topic)"
FAILING = "a risen share of failed attempts"
BACK = "the old subscription gets its filter back under its own ARN, then the new one is parked or removed"
TWICE = "every message, while both subscriptions deliver: up to 15 minutes, with the same `MessageId`"
CALLS = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sns:GetTopicAttributes")
"""What it calls itself, from which the policies of IAM are made."""

PROPAGATION = 60.0
"""Seconds until a new subscription is known everywhere, before the old one is parked."""

FILTER_PROPAGATION = 900.0
"""Seconds until a new filter policy is known everywhere ("Message filtering", SNS guide: up to 15 minutes)."""

SETTLES = FILTER_PROPAGATION

ANSWER_TIMEOUT = 15.0
"""Seconds that SNS waits for a URL's answer ("Fanout to HTTP/S endpoints", SNS developer guide)."""

RETRIES = {
    "healthyRetryPolicy": {
        "numRetries": 70,
        "numNoDelayRetries": 0,
        "numMinDelayRetries": 12,
        "minDelayTarget": 5,
        "maxDelayTarget": 60,
        "numMaxDelayRetries": 50,
        "backoffFunction": "exponential",
    }
}
"""How SNS tries a URL again: quickly for a minute, then each minute for as long as AWS allows, just under an hour.

Without it there are three retries, 20 s apart, and then the message is gone: less than a deployment takes. AWS allows
100 retries, and 3,600 s for all of them ("Message delivery retries", SNS developer guide).
"""

BACKLOG = 3600.0
"""Seconds that SNS keeps trying to deliver a message over HTTPS, at most ("Message delivery retries", SNS guide)."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a subscription.

    Attributes:
        subscription: Its ARN.
        attributes: What a second subscription has to have too: filter, redrive, delivery and replay policies.
        endpoints: Endpoints of the topic's confirmed subscriptions that are the function's or its service's.
        other_filter: Those of them that get other messages than this subscription, raw ones too, or of which nobody
            knows.
        other_subscriptions: How many confirmed subscriptions the topic has beside these.
        queues: ARNs of the SQS queues among those.
    """

    subscription: str
    attributes: dict[str, str] = field(default_factory=dict)
    endpoints: tuple[str, ...] = ()
    other_filter: tuple[str, ...] = ()
    other_subscriptions: int = 0
    queues: tuple[str, ...] = ()


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Subscribe the alias, then park the old subscription."""
    endpoint = function.qualified_arn(alias)
    return Repoint(_move(trigger, "lambda", endpoint, trigger.settings.attributes), _taken(trigger, endpoint))


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint:
    """Subscribe the service's URL, which confirms it, or its queue; then park the old subscription."""
    queue = destination.queues.get(KIND, {}).get(trigger.name)
    if queue:
        return _to_queue(trigger, function, destination, queue)
    attributes = {"DeliveryPolicy": json.dumps(RETRIES), **trigger.settings.attributes, "RawMessageDelivery": "false"}
    blockers: tuple[Blocker, ...] = ()
    if "RedrivePolicy" not in attributes:
        blockers = (
            closed(
                sns_without_dead_letter_queue,
                f"topic `{trigger.name}` retries what a URL does not take for up to one hour and then drops it;"
                " name a queue for it in `service.sns_queues`, or give its subscription a RedrivePolicy",
                trigger.name,
            ),
        )
    blockers += (*_untold(trigger), *_too_slow(trigger, function, destination))
    blockers += sns_retries.blockers(trigger.name, trigger.settings.source, destination)
    warning = f"the service must name `{trigger.settings.source}` in LAMBDA_MIGRATE_SNS_TOPICS to take its messages"
    endpoint = f"{destination.url}{EVENTS_PATH}"
    steps = _move(trigger, urlsplit(destination.url).scheme, endpoint, attributes)
    return Repoint(steps, (*blockers, *_taken(trigger, endpoint)), (warning,))


def _to_queue(trigger: Trigger[Settings], function: Function, destination: Destination, queue: str) -> Repoint:
    """Subscribe a queue that the service consumes: what it does not take waits there, for as long as it takes."""
    kept = {name: value for name, value in trigger.settings.attributes.items() if name != "DeliveryPolicy"}
    blockers = [*sns_queue.blockers(trigger.name, queue, function, destination)]
    steps = _move(trigger, "sqs", queue, {**kept, "RawMessageDelivery": "false"})
    if queue in trigger.settings.queues:
        text = f"topic `{trigger.name}` has a subscription of `{queue}` already; remove it, another one is made here"
        blockers.append(closed(sns_other_filter, text, trigger.name))
        steps = steps[-1:]
    return Repoint(steps, tuple(blockers), source_metrics=queue_metrics(queue), private=True)


def look_up(
    aws: Aws, function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return how long the function takes, what keeps topics from sending to queues, and how topics try a URL again."""
    return {
        **duration.look_up(aws, function, service),
        **sns_queue.look_up(aws, function, service.sns_queues),
        **sns_retries.look_up(aws, {each.settings.source for each in triggers}),
    }


def _too_slow(trigger: Trigger[Settings], function: Function, destination: Destination) -> tuple[Blocker, ...]:
    slow = too_long(function, destination.resources.get(KIND), ANSWER_TIMEOUT)
    if not slow:
        return ()
    waits = f"SNS waits {ANSWER_TIMEOUT:g} s for the service's answer, then sends the message again"
    text = f"topic `{trigger.name}`: {waits}; {slow}"
    return (closed(sns_too_slow, text, trigger.name),)


def _taken(trigger: Trigger[Settings], endpoint: str) -> tuple[Blocker, ...]:
    """Return a blocker where the end is subscribed already, to other messages or raw: some would be lost."""
    if endpoint not in trigger.settings.other_filter:
        return ()
    text = (
        f"topic `{trigger.name}` has a subscription of `{endpoint}` with another filter, or with raw delivery;"
        " make it equal to the function's"
    )
    return (closed(sns_other_filter, text, trigger.name),)


def _untold(trigger: Trigger[Settings]) -> tuple[Blocker, ...]:
    """Return a blocker where nothing tells which notifications were the service's."""
    foreign = trigger.settings.other_subscriptions
    if not foreign or "FilterPolicy" not in trigger.settings.attributes:
        return ()
    text = (
        f"topic `{trigger.name}` has {foreign} other subscriptions and this one filters, so its metrics count all"
        " of them and a verdict could be wrong; accept this if you watch the service's own messages yourself"
    )
    return (closed(sns_shared_topic, text, trigger.name),)


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the topic counts, for all its subscriptions together ("Monitoring topics", SNS developer guide).

    Over HTTP every failed attempt counts as failed. Where others subscribe too, a failure may be theirs, so that it
    has to have risen; and what the service took is at least all deliveries less what the others can have had: each
    message once for each of them, less those that a filter kept from them (a parked subscription gets none). Where
    the service's own subscription filters, that sum is lost; then a person has accepted that all are counted.
    """
    delivered, failed = {"NumberOfNotificationsDelivered": 1}, {"NumberOfNotificationsFailed": 1}
    alone = SourceMetrics(
        "AWS/SNS",
        {"TopicName": trigger.name},
        tried={**delivered, **failed},
        reached=delivered,
        failed=failed,
        arrived="delivered",
        failing="not taken",
        suspicious="not taken",
    )
    foreign = trigger.settings.other_subscriptions
    if not foreign:
        return alone
    shared = replace(alone, failed={}, suspect=failed)
    if "FilterPolicy" in trigger.settings.attributes:
        return replace(shared, arrived="delivered to all subscriptions")
    parked = sum(not endpoint.endswith(EVENTS_PATH) for endpoint in trigger.settings.endpoints)
    less = {"NumberOfMessagesPublished": -(foreign + parked), "NumberOfNotificationsFilteredOut": 1}
    return replace(shared, reached={**delivered, **less}, arrived="delivered to the service, at least")


def _move(trigger: Trigger[Settings], protocol: str, endpoint: str, attributes: dict[str, str]) -> tuple[Step, ...]:
    topic, filters = trigger.settings.source, trigger.settings.attributes
    before: dict[str, str] = {name: filters[name] for name in ("FilterPolicy", "FilterPolicyScope") if name in filters}
    steps = [
        Step(
            "",
            Subscribe(topic, protocol, endpoint, attributes),
            "the second subscription delivers before the first one stops",
            propagation=FILTER_PROPAGATION if "FilterPolicy" in attributes else PROPAGATION,
            risk="messages arrive twice, with equal MessageId, until the old one is parked: up to 15 minutes",
            lingers=0.0 if protocol in ("lambda", "sqs") else BACKLOG,
        ),
        Step(
            "",
            ParkSubscription(trigger.settings.subscription, trigger.name, before),
            "a filter that matches nothing keeps its ARN for the way back",
            propagation=FILTER_PROPAGATION,
        ),
    ]
    return tuple(steps[1:] if endpoint in trigger.settings.endpoints else steps)


def clean_up(trigger: Trigger[Settings]) -> Sequence[Step]:
    """Remove the parked subscription."""
    if trigger.enabled:
        return ()
    action = RemoveSubscription(trigger.settings.subscription, trigger.name)
    return (Step("", action, "it has been parked"),)
