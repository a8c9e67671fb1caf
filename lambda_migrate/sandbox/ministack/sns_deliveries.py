"""What SNS delivers to functions and to URLs, with its retries and the dead-letter queues of subscriptions."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from ministack.core.concurrency import run_reentrant
from ministack.services import lambda_svc, sns

from lambda_migrate.sandbox.ministack import lambda_, metrics
from lambda_migrate.sandbox.ministack.permissions import permitted

if TYPE_CHECKING:
    from collections.abc import Callable

HTTP_RETRY_DELAY = 1.0
"""Seconds between two attempts over HTTP."""

NOTIFICATION_RETRIES = 3
"""How often SNS tries a URL again whose subscription has no delivery policy; here each second, on AWS each 20.

https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html
"""


def install() -> None:
    """Add it to the MiniStack of this process."""
    sns._HOST = "127.0.0.1"  # SubscribeURL then begins with the endpoint URL that the sandbox tells
    sns._subscribe = _asking_again(sns._subscribe)
    sns._list_subscriptions = _hiding_unconfirmed(sns._list_subscriptions)
    sns._list_subscriptions_by_topic = _hiding_unconfirmed(sns._list_subscriptions_by_topic)
    sns._deliver_to_lambda = _deliver_to_function
    sns._deliver_to_http = _deliver_to_service


def _asking_again(original: Callable[..., Any]) -> Callable[..., Any]:
    """Subscribe tells the ARN of what is unconfirmed only if asked to, and sends the confirmation again.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    """

    def subscribe(parameters: dict[str, Any]) -> Any:
        topic_arn, endpoint = sns._p(parameters, "TopicArn"), sns._p(parameters, "Endpoint")
        known = _subscription_of(topic_arn, endpoint)
        answer = original(parameters)
        subscription = sns._find_subscription(topic_arn, _subscription_of(topic_arn, endpoint))
        if subscription is None or subscription["confirmed"]:
            return answer
        if known:
            asyncio.ensure_future(sns._send_subscription_confirmation(topic_arn, subscription))  # noqa: RUF006  # as MiniStack does
        told = subscription["arn"] if sns._p(parameters, "ReturnSubscriptionArn") == "true" else "pending confirmation"
        result = f"<SubscribeResult><SubscriptionArn>{told}</SubscriptionArn></SubscribeResult>"
        return sns._xml(200, "SubscribeResponse", result)

    return subscribe


def _hiding_unconfirmed(original: Callable[..., Any]) -> Callable[..., Any]:
    def listed(parameters: dict[str, Any]) -> Any:
        status, headers, body = original(parameters)
        for topic in sns._topics.values():
            for subscription in topic["subscriptions"]:
                if not subscription["confirmed"]:
                    body = body.replace(subscription["arn"].encode(), b"PendingConfirmation")
        return status, headers, body

    return listed


def _deliver_to_function(  # MiniStack calls it so
    endpoint: str,
    envelope: str,
    topic_arn: str,
    subscription_arn: str,
    _message_id: str,
    _message: str,
    _attributes: Any,
) -> None:
    """Hand an SNS notification to a function, or to the dead-letter queue of the subscription."""
    func, config, _ = lambda_svc._get_func_record_for_ref(endpoint)
    notification = json.loads(envelope)
    if func is None or not permitted(endpoint, "sns.amazonaws.com", topic_arn):
        lambda_svc.logger.warning("SNS %s may not invoke %s, or there is no such function", topic_arn, endpoint)
        metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
        _redrive(topic_arn, subscription_arn, envelope)
        return
    metrics.of_topic(topic_arn, "NumberOfNotificationsDelivered")
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "EventSource": "aws:sns",
        "Sns": {"Subject": None, "MessageAttributes": {}} | notification,
    }
    lambda_.invoke_asynchronously(lambda_svc._execution_record_for_config(func, config), {"Records": [record]})


def _redrive(topic_arn: str, subscription_arn: str, envelope: str) -> None:
    subscription = sns._find_subscription(topic_arn, subscription_arn) or {}
    policy = subscription.get("attributes", {}).get("RedrivePolicy")
    if policy:
        lambda_.send_to_queue(json.loads(policy)["deadLetterTargetArn"], envelope)


async def _deliver_to_service(endpoint: str, envelope: str) -> None:
    """POST an SNS notification to an HTTP subscriber until it is taken, then give it to the dead-letter queue."""
    await run_reentrant(_post_notification, endpoint, envelope)


def _post_notification(endpoint: str, envelope: str) -> None:
    topic_arn = _field(envelope, "TopicArn")
    subscription = _subscription_of(topic_arn, endpoint)
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": _field(envelope, "MessageId"),
        "x-amz-sns-topic-arn": topic_arn,
        "x-amz-sns-subscription-arn": subscription,
    }
    request = urllib.request.Request(endpoint, envelope.encode(), headers, method="POST")  # noqa: S310  # http or https
    for attempt in range(1 + _retries(topic_arn, subscription)):
        if attempt:
            time.sleep(HTTP_RETRY_DELAY)
        if topic_arn and not _subscription_of(topic_arn, endpoint):  # a raw message does not name its topic
            lambda_svc.logger.warning("the subscription of %s is gone; its messages are lost", endpoint)
            return
        try:
            with urllib.request.urlopen(request, timeout=15):  # noqa: S310  # subscriptions are http or https
                metrics.of_topic(topic_arn, "NumberOfNotificationsDelivered")
                return
        except urllib.error.HTTPError as error:
            lambda_svc.logger.warning("SNS delivery to %s: %s", endpoint, error.code)
            metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
            if error.code < 500 and error.code != 429:  # noqa: PLR2004  # HTTP's server errors, too many requests
                break
        except (OSError, http.client.HTTPException) as error:
            lambda_svc.logger.warning("SNS delivery to %s: %s", endpoint, error)
            metrics.of_topic(topic_arn, "NumberOfNotificationsFailed")
    _redrive(topic_arn, subscription, envelope)


def _retries(topic_arn: str, subscription_arn: str) -> int:
    """Return how often the delivery policy of a subscription has SNS try again."""
    subscription = sns._find_subscription(topic_arn, subscription_arn) or {}
    policy = json.loads(subscription.get("attributes", {}).get("DeliveryPolicy") or "{}")
    return int((policy.get("healthyRetryPolicy") or {}).get("numRetries", NOTIFICATION_RETRIES))


def _field(envelope: str, name: str) -> str:
    """Return a field of an SNS envelope, or nothing where delivery is raw."""
    try:
        return str(json.loads(envelope).get(name, ""))
    except (ValueError, AttributeError):
        return ""


def _subscription_of(topic_arn: str, endpoint: str) -> str:
    topic = sns._topic_by_arn_any_scope(topic_arn) or {"subscriptions": []}
    return next((one["arn"] for one in topic["subscriptions"] if one["endpoint"] == endpoint), "")
