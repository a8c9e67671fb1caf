"""Amazon Kinesis: a batch of a data stream."""

from __future__ import annotations

from typing import Any

from .record import first, is_partial_batch

KIND = "kinesis"
SAMPLE: dict[str, Any] = {
    "Records": [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "17",
                "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
                "data": "eyJvcmRlciI6IDE3fQ==",
                "approximateArrivalTimestamp": 1760000000.0,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::123456789012:role/orders",
            "awsRegion": "eu-west-1",
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        }
    ]
}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of stream records."""
    return first(event).get("eventSource") == "aws:kinesis"


accepts = is_partial_batch
