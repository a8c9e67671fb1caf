"""Everything that reaches the order desk other than over HTTP."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from . import store

log = logging.getLogger(__name__)


def handle(event: dict[str, Any]) -> Any:
    """Handle an event of any kind.

    Raises:
        ValueError: Nobody here knows what this is; the sender's retries and dead-letter queue take care of it.
    """
    source = event.get("Records", [{}])[0]
    if source.get("eventSource") == "aws:sqs":
        return payments(event["Records"])
    if source.get("EventSource") == "aws:sns":
        return shipments(event["Records"])
    if event.get("detail-type") == "Scheduled Event":
        return nightly_report()
    if "detail-type" in event:
        return stock_changed(event["detail"])
    if "action" in event:
        return by_hand(event)
    raise ValueError(f"unknown event with {sorted(event)}")


def payments(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Book payments from the queue; those that cannot be booked now stay in it."""
    failed = []
    for record in records:
        try:
            book(json.loads(record["body"]))
        except Exception as problem:  # noqa: BLE001  # one bad message must not hold up the others
            log.warning("message %s stays in the queue: %s", record["messageId"], problem)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def book(payment: dict[str, Any]) -> None:
    """Book one payment.

    Raises:
        ValueError: The bank has not confirmed it yet.
    """
    if payment.get("confirmed_at", 0) > time.time():
        raise ValueError(f"payment {payment['id']} is not confirmed yet")
    store.note("sqs", payment["id"])


def shipments(records: list[dict[str, Any]]) -> None:
    """Take note of shipments."""
    for record in records:
        store.note("sns", json.loads(record["Sns"]["Message"])["id"])


def stock_changed(detail: dict[str, Any]) -> None:
    """Take note of a change of stock."""
    store.note("eventbridge", detail["id"])


def nightly_report() -> dict[str, Any]:
    """Count the orders."""
    report = {"orders": store.count_orders()}
    log.info("nightly report: %s", report)
    return report


def by_hand(event: dict[str, Any]) -> dict[str, Any]:
    """Do what an operator asks for."""
    if event["action"] != "report":
        raise ValueError(f"unknown action {event['action']}")
    if "id" in event:
        store.note("direct", event["id"])
    return nightly_report()
