"""SNS subscriptions.

A subscription's endpoint cannot be edited: a second one is made, then the first is parked with a filter that matches
nothing, so that its ARN survives for the way back. In between both deliver: duplicates, never a gap. A filter takes up
to 15 minutes to take effect (SNS developer guide, subscription filter policies).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.actions.sns.park_subscription import ParkSubscription, parked
from lambda_migrate.actions.sns.remove_subscription import RemoveSubscription
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import EVENTS_PATH, Flip, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

KIND = "sns"
PRINCIPALS: tuple[str, ...] = ("sns.amazonaws.com",)
SETTLE = 900.0

_KEPT = ("FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy")


def find(aws: Aws, function: Function) -> Iterator[Trigger]:
    """Yield the subscriptions of the function in the topics that its policy names; in all where it names none."""
    arns = policy.sources(function, PRINCIPALS)
    for topic in sorted(arn for arn in arns if not policy.is_pattern(arn)):
        try:
            subscriptions = list(aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic))
        except NotFound:
            continue
        except (AwsError, NotAllowed) as error:
            name = topic.rpartition(":")[2]
            yield Trigger("unknown", topic, name, settings={"source": topic, "reason": error.message})
            continue
        yield from _of_function(aws, function, subscriptions)
    patterns = [arn for arn in arns if policy.is_pattern(arn)]
    if patterns:
        everything = aws.pages("sns", "list_subscriptions", "Subscriptions")
        wanted = [
            entry
            for entry in everything
            if entry["TopicArn"] not in arns
            and any(policy.Source("", pattern).explained_by(entry["TopicArn"]) for pattern in patterns)
        ]
        yield from _of_function(aws, function, wanted)


def _of_function(aws: Aws, function: Function, subscriptions: list[dict[str, Any]]) -> Iterator[Trigger]:
    for subscription in subscriptions:
        arn, topic, endpoint = (subscription[field] for field in ("SubscriptionArn", "TopicArn", "Endpoint"))
        qualifier = function.qualifier_of(endpoint) if subscription["Protocol"] == "lambda" else None
        if qualifier is None or not arn.startswith("arn:"):
            continue
        attributes = aws.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
        ends = [entry for entry in subscriptions if _is_end(function, topic, entry)]
        settings = {
            "source": topic,
            "subscription": arn,
            "attributes": _kept(attributes),
            "others": sorted(entry["Endpoint"] for entry in ends),
            "foreign": sum(_confirmed(topic, entry) for entry in subscriptions) - len(ends),
        }
        unlike = _unlike(aws, [entry for entry in ends if entry["SubscriptionArn"] != arn], settings["attributes"])
        settings |= {"unlike": unlike} if unlike else {}
        name = topic.rpartition(":")[2]
        yield Trigger(KIND, arn, name, qualifier, settings, enabled=not parked(attributes))


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """Return what a second subscription has to have too; an empty filter, as SNS leaves one behind, is none."""
    kept = {name: attributes[name] for name in _KEPT if attributes.get(name)}
    if kept.get("FilterPolicy") in (None, "{}"):
        kept.pop("FilterPolicy", None)
        kept.pop("FilterPolicyScope", None)
    return kept


def _is_end(function: Function, topic: str, entry: dict[str, Any]) -> bool:
    """Return whether a confirmed subscription of a topic is the function's or a service's."""
    ours = function.qualifier_of(entry["Endpoint"]) is not None or entry["Endpoint"].endswith(EVENTS_PATH)
    return ours and _confirmed(topic, entry)


def _confirmed(topic: str, entry: dict[str, Any]) -> bool:
    return bool(entry["TopicArn"] == topic and entry["SubscriptionArn"].startswith("arn:"))


def _unlike(aws: Aws, others: list[dict[str, Any]], attributes: dict[str, str]) -> list[str]:
    """Return the ends that get other messages than a subscription with these attributes, or of which nobody knows."""
    found = []
    for entry in others:
        try:
            arn = entry["SubscriptionArn"]
            theirs = aws.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
        except (AwsError, NotAllowed):
            theirs = {"FilterPolicy": "unknown"}
        if _filter(_kept(theirs)) != _filter(attributes):
            found.append(entry["Endpoint"])
    return sorted(found)


def _filter(attributes: dict[str, str]) -> tuple[str, str]:
    return attributes.get("FilterPolicy", ""), attributes.get("FilterPolicyScope", "")


def to_alias(trigger: Trigger, function: Function, alias: str) -> Flip:
    """Subscribe the alias, then park the old subscription."""
    endpoint = function.qualified_arn(alias)
    return Flip(_move(trigger, "lambda", endpoint, trigger.settings["attributes"]), _taken(trigger, endpoint))


def to_service(trigger: Trigger, _function: Function, destination: Destination) -> Flip:
    """Subscribe the service's URL, which confirms it, then park the old subscription."""
    attributes = {**trigger.settings["attributes"], "RawMessageDelivery": "false"}
    blockers: tuple[Blocker, ...] = ()
    if "RedrivePolicy" not in attributes:
        blockers = (
            Blocker(
                "sns-without-dead-letter-queue",
                f"topic `{trigger.name}` retries HTTP deliveries for an hour at most and then drops them;"
                " give its subscription a RedrivePolicy",
                trigger.name,
            ),
        )
    blockers += _untold(trigger)
    warning = f"the service must name `{trigger.settings['source']}` in LAMBDA_MIGRATE_SNS_TOPICS to take its messages"
    endpoint = f"{destination.url}{EVENTS_PATH}"
    steps = _move(trigger, urlsplit(destination.url).scheme, endpoint, attributes)
    return Flip(steps, (*blockers, *_taken(trigger, endpoint)), (warning,))


def _taken(trigger: Trigger, endpoint: str) -> tuple[Blocker, ...]:
    """Return a blocker where the end is subscribed already, with another filter: messages would be lost."""
    if endpoint not in trigger.settings.get("unlike", ()):
        return ()
    text = f"topic `{trigger.name}` has a subscription of `{endpoint}` with another filter; make them equal"
    return (Blocker("sns-other-filter", text, trigger.name),)


def _untold(trigger: Trigger) -> tuple[Blocker, ...]:
    """Return a blocker where nothing tells which notifications were the service's."""
    foreign = trigger.settings.get("foreign", 0)
    if not foreign or "FilterPolicy" not in trigger.settings["attributes"]:
        return ()
    text = (
        f"topic `{trigger.name}` has {foreign} other subscriptions and this one filters, so its metrics do not tell"
        " whose notifications were delivered and a verdict would count them all: accept this if you watch the service's"
    )
    return (Blocker("sns-shared-topic", text, trigger.name),)


def source_metrics(trigger: Trigger) -> SourceMetrics:
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
        what="notifications",
        arrived="were delivered",
        failing="were not taken",
        suspicious="were not taken",
    )
    foreign = trigger.settings.get("foreign", 0)
    if not foreign:
        return alone
    shared = replace(alone, failed={}, suspect=failed)
    if "FilterPolicy" in trigger.settings["attributes"]:
        return replace(shared, arrived="were delivered, to whomever")
    parked = sum(not endpoint.endswith(EVENTS_PATH) for endpoint in trigger.settings["others"])
    less = {"NumberOfMessagesPublished": -(foreign + parked), "NumberOfNotificationsFilteredOut": 1}
    return replace(shared, reached={**delivered, **less}, arrived="were surely delivered to the service")


def _move(trigger: Trigger, protocol: str, endpoint: str, attributes: dict[str, str]) -> tuple[Step, ...]:
    topic, filters = trigger.settings["source"], trigger.settings["attributes"]
    before = {name: filters[name] for name in ("FilterPolicy", "FilterPolicyScope") if name in filters}
    steps = [
        Step(
            "",
            Subscribe(topic, protocol, endpoint, attributes),
            "the second subscription delivers before the first one stops",
            KIND,
            settle=SETTLE if "FilterPolicy" in attributes else 0.0,
            risk="messages arrive twice, with equal MessageId, until the old one is parked: up to 15 minutes",
        ),
        Step(
            "",
            ParkSubscription(trigger.settings["subscription"], trigger.name, before),
            "a filter that matches nothing keeps its ARN for the way back",
            KIND,
            settle=SETTLE,
        ),
    ]
    return tuple(steps[1:] if endpoint in trigger.settings["others"] else steps)


def clean_up(trigger: Trigger) -> Sequence[Step]:
    """Remove the parked subscription."""
    if trigger.enabled:
        return ()
    action = RemoveSubscription(trigger.settings["subscription"], trigger.name)
    return (Step("", action, "it has been parked", KIND),)
