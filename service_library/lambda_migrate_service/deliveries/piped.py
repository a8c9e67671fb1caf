"""What a pipe of EventBridge sends, and the event that Lambda would have made of it.

A pipe sends a record as its source has it, flat, where Lambda nests some of it; the pipe's header says which source
that is. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html
The events of Kafka and MQ: https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html and with-mq.html
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


def _kafka(records: list[Any]) -> Any:
    """Return the messages by topic and partition, as Lambda groups them; it counts partitions, a pipe spells them."""
    about = ("eventSource", "eventSourceArn", "bootstrapServers")
    grouped: dict[str, list[Any]] = {}
    for each in records:
        message = {name: value for name, value in each.items() if name not in (*about, "eventSourceKey")}
        if str(message.get("partition", "")).isdecimal():
            message["partition"] = int(message["partition"])
        key = each.get("eventSourceKey") or f"{each.get('topic')}-{each.get('partition')}"
        grouped.setdefault(str(key), []).append(message)
    return {**_shared(records, about), "records": grouped}


def _activemq(records: list[Any]) -> Any:
    about = ("eventSource", "eventSourceArn")
    messages = [{name: value for name, value in each.items() if name not in about} for each in records]
    return {**_shared(records, about), "eventSource": "aws:mq", "messages": messages}


def _rabbitmq(records: list[Any]) -> Any:
    about = ("eventSource", "eventSourceArn")
    queues: dict[str, list[Any]] = {}
    for each in records:
        message = {name: value for name, value in each.items() if name not in (*about, "eventSourceKey")}
        queues.setdefault(str(each.get("eventSourceKey")), []).append(message)
    return {**_shared(records, about), "rmqMessagesByQueue": queues}


def _shared(records: list[Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return what all records of a source say alike."""
    return {name: records[0][name] for name in names if name in records[0]}


_EVENTS: dict[str, Callable[[list[Any]], Any]] = {
    "kinesis": _kinesis,
    "dynamodb": lambda records: {"Records": records},
    "kafka": _kafka,
    "activemq": _activemq,
    "rabbitmq": _rabbitmq,
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
