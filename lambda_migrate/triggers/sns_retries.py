"""SNS topics that decide by themselves how a URL is tried again, whatever a subscription says.

A topic whose delivery policy has ``disableSubscriptionOverrides`` ignores those of its subscriptions ("Message delivery
retries", SNS developer guide), so that the hour for which the service's subscription is tried is not in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.answers import document
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.gates import sns_retries_overridden
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Destination

OVERRIDDEN = "it allows its subscriptions no delivery policy of their own (disableSubscriptionOverrides)"


def look_up(aws: Aws, topics: Iterable[str]) -> dict[str, str]:
    """Return why the delivery policy of a subscription would not hold, by ``retries <topic ARN>``; "" where it does.

    Args:
        aws: Where to look; reads only.
        topics: ARNs of the topics.
    """
    return {f"retries {topic}": _reason(aws, topic) for topic in sorted(topics)}


def _reason(aws: Aws, topic: str) -> str:
    try:
        text = aws.call("sns", "get_topic_attributes", TopicArn=topic)["Attributes"].get("DeliveryPolicy") or "{}"
        policy = document(text, "sns:GetTopicAttributes", "DeliveryPolicy")
    except (AwsError, NotAllowed) as error:
        return f"its delivery policy could not be read: {error.message}"
    http = policy.get("http") if isinstance(policy, dict) else None
    overrides = http.get("disableSubscriptionOverrides") if isinstance(http, dict) else None
    return OVERRIDDEN if str(overrides).lower() == "true" else ""


def blockers(name: str, topic: str, destination: Destination) -> tuple[Blocker, ...]:
    """Return a blocker where a topic's URL is not tried for as long as the plan says.

    Args:
        name: The topic's name.
        topic: Its ARN.
        destination: What was looked up.
    """
    reason = destination.resources.get("sns", {}).get(f"retries {topic}", "")
    if not reason:
        return ()
    text = f"topic `{name}` may try the service less than an hour: {reason}"
    return (closed(sns_retries_overridden, text, name),)
