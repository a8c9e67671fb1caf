"""What MiniStack forgets and knows at once, and AWS a while later: subscriptions that go, roles that are new.

Loaded by :mod:`lambda_migrate.sandbox.ministack.unkind`, whose settings say how long.
"""

from __future__ import annotations

import contextvars
import math
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json
from ministack.services import eventbridge, iam, sns

from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.unkindness import Unkindness

_BAD_REQUEST = 400
_dying: dict[tuple[str, str], float] = {}
"""When an endpoint was unsubscribed from a topic."""

_new: dict[str, float] = {}
"""When a subscription was made, by its ARN."""


def install(current: Callable[[], Unkindness]) -> None:
    """Add everything to the MiniStack of this process.

    Args:
        current: Returns the settings in force.
    """
    sns._subscribe = _finding_the_dying(sns._subscribe, sns._unsubscribe, current)
    sns._unsubscribe = _remembering_the_dying(sns._unsubscribe)
    sns._subscribe = _remembering_the_new(sns._subscribe)
    sns._matches_filter_policy = _not_known_everywhere(sns._matches_filter_policy, current)
    eventbridge._put_targets = _not_assuming_new_roles(eventbridge._put_targets, current)


def _remembering_the_dying(original: Callable[..., Any]) -> Callable[..., Any]:
    def unsubscribe(parameters: dict[str, Any]) -> Any:
        arn = sns._p(parameters, "SubscriptionArn")
        subscriptions = (each for topic in sns._topics.values() for each in topic["subscriptions"])
        endpoint = next((each["endpoint"] for each in subscriptions if each["arn"] == arn), "")
        _dying[str(Arn.parse(arn).parent), endpoint] = time.monotonic()
        return original(parameters)

    return unsubscribe


def _finding_the_dying(
    original: Callable[..., Any], unsubscribe: Callable[..., Any], current: Callable[[], Unkindness]
) -> Callable[..., Any]:
    def subscribe(parameters: dict[str, Any]) -> Any:
        answer = original(parameters)
        topic, endpoint = sns._p(parameters, "TopicArn"), sns._p(parameters, "Endpoint")
        left = _dying.pop((topic, endpoint), -math.inf) + current().dying_subscriptions - time.monotonic()
        known = (sns._topic_by_arn_any_scope(topic) or {"subscriptions": []})["subscriptions"]
        arn = next((each["arn"] for each in known if each["endpoint"] == endpoint), "")
        if left > 0 and arn:
            gone = {"SubscriptionArn": [arn]}
            timer = threading.Timer(left, contextvars.copy_context().run, (unsubscribe, gone))
            timer.daemon = True
            timer.start()
        return answer

    return subscribe


def _remembering_the_new(original: Callable[..., Any]) -> Callable[..., Any]:
    def subscribe(parameters: dict[str, Any]) -> Any:
        topic = sns._topic_by_arn_any_scope(sns._p(parameters, "TopicArn")) or {"subscriptions": []}
        before = {each["arn"] for each in topic["subscriptions"]}
        answer = original(parameters)
        for each in topic["subscriptions"]:
            if each["arn"] not in before:
                _new[each["arn"]] = time.monotonic()
        return answer

    return subscribe


def _not_known_everywhere(original: Callable[..., Any], current: Callable[[], Unkindness]) -> Callable[..., Any]:
    """What was subscribed just now is not known yet to whatever delivers."""

    def matches(subscription: dict[str, Any], *arguments: Any) -> bool:
        known = time.monotonic() >= _new.get(subscription.get("arn", ""), -math.inf) + current().subscriptions_lag
        return known and bool(original(subscription, *arguments))

    return matches


def _not_assuming_new_roles(original: Callable[..., Any], current: Callable[[], Unkindness]) -> Callable[..., Any]:
    """IAM is eventually consistent.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """

    def put(data: dict[str, Any]) -> Any:
        for target in data.get("Targets", []):
            role = iam._roles.get(Arn.parse(str(target.get("RoleArn", ""))).last)
            if role and _age(role) < current().roles_lag:
                text = f"Provided role '{target['RoleArn']}' cannot be assumed by principal 'events.amazonaws.com'."
                return error_response_json("ValidationException", text, _BAD_REQUEST)
        return original(data)

    return put


def _age(role: dict[str, Any]) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(str(role["CreateDate"]))).total_seconds()
