"""Amazon Data Firehose: records to transform."""

from __future__ import annotations

from typing import Any

KIND = "firehose"
SAMPLE: dict[str, Any] = {
    "invocationId": "2b4d1ad9-2f48-94bd-a088-767c317e994a",
    "deliveryStreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders",
    "region": "eu-west-1",
    "records": [{"recordId": "record1", "approximateArrivalTimestamp": 1760000000000, "data": "eyJvcmRlciI6IDE3fQ=="}],
}


def matches(event: object) -> bool:
    """Tell whether the event asks for a transformation."""
    return isinstance(event, dict) and "deliveryStreamArn" in event and "invocationId" in event


def accepts(response: object) -> bool:
    """Every record must come back with its `recordId` and a `result`."""
    records = response.get("records") if isinstance(response, dict) else None
    return isinstance(records, list) and all(
        isinstance(record, dict) and {"recordId", "result"} <= record.keys() for record in records
    )
