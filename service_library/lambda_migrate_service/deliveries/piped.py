"""What a pipe of EventBridge sends, and the event that Lambda would have made of it.

A pipe sends a record as its source has it, flat, where Lambda nests some of it; the pipe's header says which source
that is. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

HEADER = "x-lambda-migrate-pipe"
_NESTED = ("kinesisSchemaVersion", "partitionKey", "sequenceNumber", "data", "approximateArrivalTimestamp")


def _kinesis(records: list[Any]) -> Any:
    return {
        "Records": [
            {
                "kinesis": {name: each[name] for name in _NESTED if name in each},
                **{name: value for name, value in each.items() if name not in _NESTED},
            }
            for each in records
        ]
    }


_EVENTS: dict[str, Callable[[list[Any]], Any]] = {
    "kinesis": _kinesis,
    "dynamodb": lambda records: {"Records": records},
    "records": list,
}
"""What is made of the records by what the header says; ``records``: what a pipe hands to a function."""


def event_of(body: bytes, sends: str) -> tuple[Any, bool]:
    """Return the event of what a pipe has sent.

    Args:
        body: One record, or a list of them.
        sends: What the header says.

    Returns:
        The event, and whether there was one.
    """
    made = _EVENTS.get(sends)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None, False
    records = document if isinstance(document, list) else [document]
    if made is None or not records or not all(isinstance(each, dict) for each in records):
        return None, False
    return made(records), True


def not_handled(response: Any) -> bool:
    """Tell whether an answer names records that were not handled, as Lambda's pollers understand it."""
    return bool(response.get("batchItemFailures")) if isinstance(response, dict) else False
