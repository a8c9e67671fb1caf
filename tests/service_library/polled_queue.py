"""A queue that answers as SQS does, and a consumer that polls it for the length of a test."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

from lambda_migrate_service.consumer import Consumer, Polling
from lambda_migrate_service.context import Function
from lambda_migrate_service.dispatch import Dispatcher

from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
ARN = "arn:aws:sqs:eu-west-1:123456789012:orders"
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"


def message(number: int) -> dict[str, Any]:
    return {
        "MessageId": f"m{number}",
        "ReceiptHandle": f"r{number}",
        "Body": f"body {number}",
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }


class Queue:
    """A queue that answers as SQS does, and writes down what it is asked."""

    def __init__(self, *batches: Any, visibility: str = "30") -> None:
        self.batches = list(batches)
        self.visibility = visibility
        self.deleted: list[str] = []
        self.visibilities: list[tuple[str, int]] = []
        self.asked: dict[str, Any] = {}
        self.receiving = threading.Event()
        self.hold = threading.Event()
        self.held_batch: list[dict[str, Any]] = []

    def get_queue_attributes(self, **_asked: Any) -> dict[str, Any]:
        return {"Attributes": {"QueueArn": ARN, "VisibilityTimeout": self.visibility}}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        if self.batches:
            batch = self.batches.pop(0)
            if isinstance(batch, Exception):
                raise batch
            return {"Messages": batch}
        self.receiving.set()
        self.hold.wait(0.05 if not self.held_batch else 5)
        batch, self.held_batch = self.held_batch, []
        return {"Messages": batch} if batch else {}

    def delete_message_batch(self, Entries: Any, **_asked: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]
        return {}

    def change_message_visibility_batch(self, Entries: Any, **_asked: Any) -> None:  # noqa: N803  # boto3's name
        self.visibilities += [(entry["ReceiptHandle"], entry["VisibilityTimeout"]) for entry in Entries]


def consuming(
    queue: Queue, handler: Any, until: Callable[[Consumer], bool], kind: type[Consumer] = Consumer
) -> dict[str, Any]:
    """Consume until something is so; return the state before the stop."""

    async def run() -> dict[str, Any]:
        consumer = kind(
            URL, lambda: queue, Dispatcher(handler, workers=2, handlers={}), FUNCTION, Polling(pollers=1, wait=1)
        )
        await consumer.start()
        limit = time.monotonic() + TIMEOUT
        while not until(consumer):
            assert time.monotonic() < limit, f"it never came to that: {consumer.state()}"
            await asyncio.sleep(0.01)
        state = consumer.state()
        await consumer.stop()
        return state

    return asyncio.run(run())
