"""Amazon SNS: one notification of a topic."""

from __future__ import annotations

from typing import Any

from .record import first

KIND = "sns"
SAMPLE: dict[str, Any] = {
    "Records": [
        {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:orders:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55",
            "Sns": {
                "Type": "Notification",
                "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
                "Subject": None,
                "Message": '{"order": 17}',
                "Timestamp": "2025-10-09T08:53:20.000Z",
                "SignatureVersion": "1",
                "Signature": "EXAMPLE",
                "SigningCertUrl": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
                "UnsubscribeUrl": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
                "MessageAttributes": {},
            },
        }
    ]
}


def matches(event: object) -> bool:
    """Tell whether the event is a notification."""
    return first(event).get("EventSource") == "aws:sns"


def accepts(response: object) -> bool:
    """Nobody reads what a subscriber returns."""
    del response
    return True
