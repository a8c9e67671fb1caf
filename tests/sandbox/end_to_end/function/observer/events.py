"""What the handler does with an event other than an HTTP request: it writes it down, then does as the event wishes.

A wish is a document `{"wish": {...}}`: the event itself, an EventBridge detail, or the body of a record.

- `{"raise": name, "message": text, "until": n}` raises, and no longer from the n-th attempt on;
- `{"return": value}` returns the value, `{"await": value}` returns it out of a coroutine;
- `{"fail": true}` in the body of an SQS record reports that record as failed.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from observer import facts

if TYPE_CHECKING:
    from collections.abc import Iterator


class OutOfStock(Exception):
    """The application's own exception."""


RAISED = {"OutOfStock": OutOfStock, "KeyError": KeyError, "ValueError": ValueError}


def handle(event: Any, context: Any) -> Any:
    """Write the event down and do as it wishes."""
    attempt = _written(event, context)
    wishes = [wish for _, wish in _wishes(event)]
    for wish in wishes:
        if "raise" in wish and attempt < wish.get("until", 1000):
            raise RAISED[wish["raise"]](*wish.get("message", ()))
        if "return" in wish:
            return wish["return"]
        if "await" in wish:
            return asyncio.get_event_loop().run_until_complete(_awaited(wish["await"]))
    if _is_batch(event, "aws:sqs"):
        failed = [record["messageId"] for record, wish in _wishes(event) if wish.get("fail")]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
    return {"handled": event}


async def _awaited(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def _written(event: Any, context: Any) -> int:
    """Write a note to the notebook; return how often this event has come to this function."""
    note = {"event": event, "context": facts.of_context(context), "handled_by": facts.handled_by()}
    place = urlsplit(os.environ["NOTEBOOK"])
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    try:
        connection.request("POST", "/", json.dumps(note))
        return int(connection.getresponse().read())
    finally:
        connection.close()


def _wishes(event: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    for record, document in _documents(event):
        if isinstance(document, dict) and isinstance(document.get("wish"), dict):
            yield record, document["wish"]


def _documents(event: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(event, dict):
        return
    yield None, event
    yield None, event.get("detail")
    for record in event["Records"] if isinstance(event.get("Records"), list) else ():
        with suppress(ValueError, KeyError):
            yield record, json.loads(_body(record))


def _body(record: Any) -> Any:
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"])
    if "Sns" in record:
        return record["Sns"]["Message"]
    return record["body"]


def _is_batch(event: Any, source: str) -> bool:
    return isinstance(event, dict) and any(record.get("eventSource") == source for record in event.get("Records", ()))
