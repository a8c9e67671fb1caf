"""A notification of SNS as its topic writes it, over HTTPS or into a queue, and the event that Lambda makes of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

_REQUIRED = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")


def parse(body: str | bytes) -> dict[str, Any] | None:
    """Return the message of a delivery, or None if there is none."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in _REQUIRED):
        return None
    return message


def as_lambda_gets_it(message: dict[str, Any], subscription: str) -> dict[str, Any]:
    """Return the event that Lambda would have built of a delivery.

    Args:
        message: The notification.
        subscription: ARN of the subscription that it came by.
    """
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription,
                "Sns": {
                    "Type": message["Type"],
                    "MessageId": message["MessageId"],
                    "TopicArn": message["TopicArn"],
                    "Subject": message.get("Subject"),
                    "Message": message["Message"],
                    "Timestamp": message["Timestamp"],
                    "SignatureVersion": message.get("SignatureVersion"),
                    "Signature": message.get("Signature"),
                    "SigningCertUrl": message.get("SigningCertURL"),
                    "UnsubscribeUrl": message.get("UnsubscribeURL"),
                    "MessageAttributes": message.get("MessageAttributes") or {},
                },
            }
        ]
    }


def out_of_a_queue(body: str) -> dict[str, Any] | None:
    """Return the event of a notification that SNS has put into a queue, in its envelope; None where it is none."""
    message = parse(body)
    if message is None or message["Type"] != "Notification":
        return None
    query = parse_qs(urlsplit(str(message.get("UnsubscribeURL") or "")).query)
    return as_lambda_gets_it(message, query.get("SubscriptionArn", [""])[0])
