"""Amazon MQ: a batch of an ActiveMQ or RabbitMQ broker."""

from __future__ import annotations

from typing import Any

KIND = "mq"
SAMPLE: dict[str, Any] = {
    "eventSource": "aws:mq",
    "eventSourceArn": "arn:aws:mq:eu-west-1:123456789012:broker:orders:b-9bcfa592-423a-4942-879d-eb284b418fc8",
    "messages": [
        {
            "messageID": "ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:1",
            "messageType": "jms/text-message",
            "data": "eyJvcmRlciI6IDE3fQ==",
            "destination": {"physicalName": "orders"},
        }
    ],
}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of a broker."""
    return isinstance(event, dict) and event.get("eventSource") in ("aws:mq", "aws:amq", "aws:rmq")


def accepts(response: object) -> bool:
    """Nobody reads what is returned to a broker; only an error delivers again."""
    del response
    return True
