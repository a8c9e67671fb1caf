"""Amazon DynamoDB: a batch of a table's stream."""

from __future__ import annotations

from typing import Any

from .record import first, is_partial_batch

KIND = "dynamodb"
SAMPLE: dict[str, Any] = {
    "Records": [
        {
            "eventID": "c4ca4238a0b923820dcc509a6f75849b",
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1760000000.0,
                "Keys": {"id": {"N": "17"}},
                "NewImage": {"id": {"N": "17"}, "state": {"S": "new"}},
                "SequenceNumber": "4421584500000000017450439091",
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2025-10-09T08:53:20.000",
        }
    ]
}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of table changes."""
    return first(event).get("eventSource") == "aws:dynamodb"


accepts = is_partial_batch
