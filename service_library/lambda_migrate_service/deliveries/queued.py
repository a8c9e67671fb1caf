"""What a queue of notifications holds: the events that Lambda would have got, each in its sender's envelope."""

from __future__ import annotations

import json
from typing import Any

from .notification import out_of_a_queue

BUCKET = "aws:s3"
_TEST = "s3:TestEvent"


def events_of(body: str) -> list[Any] | None:
    """Return the events in a message.

    SNS puts a notification in an envelope; S3 writes what it sends to a function, and a message of its own when
    somebody sets up the bucket's notifications, which no function ever got. A schedule sends `{"event": ...}`.

    Args:
        body: Of the message.

    Returns:
        The events, none where there is nothing to handle; None where it is nothing of these.
    """
    notification = out_of_a_queue(body)
    if notification is not None:
        return [notification]
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    if document.get("Event") == _TEST and "Bucket" in document:
        return []
    if document.keys() == {"event"}:
        return [document["event"]]
    return [document] if _is_of_a_bucket(document.get("Records")) else None


def _is_of_a_bucket(records: Any) -> bool:
    return (
        isinstance(records, list)
        and bool(records)
        and all(isinstance(each, dict) and each.get("eventSource") == BUCKET for each in records)
    )
