"""Amazon S3: notifications of a bucket."""

from __future__ import annotations

from typing import Any

from .record import first

KIND = "s3"
SAMPLE: dict[str, Any] = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "eu-west-1",
            "eventTime": "2025-10-09T08:53:20.000Z",
            "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": "AWS:AROAEXAMPLE"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"},
            "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "orders",
                "bucket": {
                    "name": "orders-incoming",
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": "arn:aws:s3:::orders-incoming",
                },
                "object": {
                    "key": "2025/10/order+17.json",
                    "size": 1024,
                    "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }
    ]
}


def matches(event: object) -> bool:
    """Tell whether the event is a bucket's notification."""
    return first(event).get("eventSource") == "aws:s3"


def accepts(response: object) -> bool:
    """Nobody reads what is returned to a bucket."""
    del response
    return True
