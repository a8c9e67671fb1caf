"""Amazon SQS: a batch of messages."""

from __future__ import annotations

from typing import Any

from .record import first, is_partial_batch

KIND = "sqs"
SAMPLE: dict[str, Any] = {
    "Records": [
        {
            "messageId": "6f1c2a4e-5b0d-4c53-9b7e-0d3f6f1f2a10",
            "receiptHandle": "AQEBzJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": '{"order": 17}',
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": "1760000000000",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1760000000001",
            },
            "messageAttributes": {},
            "md5OfBody": "b3c6a1e4c0d7c8d5a1d7d9f1d0d6f2aa",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
            "awsRegion": "eu-west-1",
        }
    ]
}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of queue messages."""
    return first(event).get("eventSource") == "aws:sqs"


accepts = is_partial_batch
