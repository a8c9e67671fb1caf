"""SNS subscriptions of the function, in the topics that its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.sns.park_subscription import parked
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.triggers import base, policy
from lambda_migrate.triggers.base import EVENTS_PATH, Trigger
from lambda_migrate.triggers.detected import UNKNOWN
from lambda_migrate.triggers.sns import KIND, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

__all__ = ["PRINCIPALS", "find"]

CALLS = ("sns:ListSubscriptions", "sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes")
"""What it calls, from which the policies of IAM are made."""

_KEPT = ("FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy")


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the subscriptions of the function in the topics that its policy names; in all where it names none."""
    arns = policy.sources(function, PRINCIPALS)
    for topic in sorted(arn for arn in arns if not policy.is_pattern(arn)):
        try:
            subscriptions = list(aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic))
        except NotFound:
            continue
        except (AwsError, NotAllowed) as error:
            name = Arn.parse(topic).name
            unread = base.Settings(source=topic, reason=error.message)
            yield Trigger(UNKNOWN.name, topic, name, "", unread)
            continue
        yield from _of_function(aws, function, subscriptions)
    patterns = [arn for arn in arns if policy.is_pattern(arn)]
    if patterns:
        everything = aws.pages("sns", "list_subscriptions", "Subscriptions")
        wanted = [
            entry
            for entry in everything
            if entry["TopicArn"] not in arns
            and any(policy.PermittedInvoker("", pattern).explained_by(entry["TopicArn"]) for pattern in patterns)
        ]
        yield from _of_function(aws, function, wanted)


def _of_function(aws: Aws, function: Function, subscriptions: list[dict[str, Any]]) -> Iterator[Trigger[Settings]]:
    for subscription in subscriptions:
        arn, topic, endpoint = (subscription[field] for field in ("SubscriptionArn", "TopicArn", "Endpoint"))
        qualifier = function.qualifier_of(endpoint) if subscription["Protocol"] == "lambda" else None
        if qualifier is None or not arn.startswith("arn:"):
            continue
        attributes = aws.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
        ends = [entry for entry in subscriptions if _is_end(function, topic, entry)]
        kept = _kept(attributes)
        delivering = [entry for entry in ends if not _left(aws, entry)]
        settings = Settings(
            source=topic,
            subscription=arn,
            attributes=kept,
            endpoints=tuple(sorted(entry["Endpoint"] for entry in delivering)),
            other_filter=_unlike(aws, [entry for entry in delivering if entry["SubscriptionArn"] != arn], kept),
            queues=tuple(
                sorted(
                    entry["Endpoint"]
                    for entry in subscriptions
                    if entry["Protocol"] == "sqs" and _confirmed(topic, entry)
                )
            ),
            other_subscriptions=sum(_confirmed(topic, entry) for entry in subscriptions) - len(ends),
        )
        name = Arn.parse(topic).name
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


def _left(aws: Aws, entry: dict[str, Any]) -> bool:
    """Return whether an earlier way back has left a service's subscription behind, parked: it has to be made again."""
    if not entry["Endpoint"].endswith(EVENTS_PATH):
        return False
    try:
        answer = aws.call("sns", "get_subscription_attributes", SubscriptionArn=entry["SubscriptionArn"])
    except (AwsError, NotAllowed):
        return False
    return parked(answer["Attributes"])


def _confirmed(topic: str, entry: dict[str, Any]) -> bool:
    return bool(entry["TopicArn"] == topic and entry["SubscriptionArn"].startswith("arn:"))


def _unlike(aws: Aws, others: list[dict[str, Any]], attributes: dict[str, str]) -> tuple[str, ...]:
    """Return the ends that get other messages than a subscription with these attributes, or of which nobody knows.

    Raw delivery leaves out the envelope by which a service knows an event of SNS; functions always get it.
    """
    unlike = []
    for entry in others:
        try:
            arn = entry["SubscriptionArn"]
            theirs = aws.call("sns", "get_subscription_attributes", SubscriptionArn=arn)["Attributes"]
        except (AwsError, NotAllowed):
            theirs = {"FilterPolicy": "unknown"}
        raw = entry["Protocol"] != "lambda" and theirs.get("RawMessageDelivery") == "true"
        if raw or _filter(_kept(theirs)) != _filter(attributes):
            unlike.append(entry["Endpoint"])
    return tuple(sorted(unlike))


def _filter(attributes: dict[str, str]) -> tuple[str, str]:
    return attributes.get("FilterPolicy", ""), attributes.get("FilterPolicyScope", "")
