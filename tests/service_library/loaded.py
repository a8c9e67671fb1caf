"""The service that is put under load: `python -m tests.service_library.loaded`.

Its queue never runs dry. Where the process ends, it prints what became of the messages, as JSON.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import json
import os
import threading
from pathlib import Path
from typing import Any

from lambda_migrate_service import Consumer, Dispatcher, Environment, Polling, Settings, server

from tests.service_library.whole import FUNCTION, whole

CONCURRENCY = 50
KEY = "k1:a-secret-of-the-load"
NAMES = ("received", "deleted", "given back")
BATCH = 5
SECONDS_FOR_A_BATCH = 0.2


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer how long the body is; `/raises` raises, `/slow` takes a while."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    if scope["path"] == "/raises":
        raise LookupError("out of stock")
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    body = b"%d" % length
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Queue:
    """Answers as SQS does; there is always another batch."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self.counts = dict.fromkeys(NAMES, 0)

    def get_queue_attributes(self, **_asked: Any) -> Any:
        return {"Attributes": {"QueueArn": "arn:aws:sqs:eu-central-1:210987654321:parcels", "VisibilityTimeout": "30"}}

    def receive_message(self, **_asked: Any) -> Any:
        names = [str(next(self._numbers)) for _ in range(BATCH)]
        self._count("received", names)
        return {"Messages": [{"MessageId": name, "ReceiptHandle": name, "Body": "{}"} for name in names]}

    def delete_message_batch(self, Entries: Any, **_asked: Any) -> Any:  # noqa: N803  # boto3's name
        self._count("deleted", Entries)
        return {}

    def change_message_visibility_batch(self, Entries: Any, **_asked: Any) -> None:  # noqa: N803  # boto3's name
        self._count("given back", [entry for entry in Entries if entry["VisibilityTimeout"] == 0])

    def _count(self, name: str, entries: list[Any]) -> None:
        with self._lock:
            self.counts[name] += len(entries)


def handle(event: Any, _context: Any) -> Any:
    """Take a batch of the queue, or a signed event."""
    if isinstance(event, dict) and "Records" in event:
        threading.Event().wait(SECONDS_FOR_A_BATCH)
        return None
    return event


def build() -> Any:
    queue = Queue()
    atexit.register(lambda: print(json.dumps(queue.counts), flush=True))
    polling = Polling(pollers=2, wait=1)
    consumer = Consumer("parcels", lambda: queue, Dispatcher(handle, workers=2, handlers={}), FUNCTION, polling)
    memory = Path(os.environ["LOAD_FOLDER"]) / "replays"
    return whole(application, handle, memory, KEY, concurrency=CONCURRENCY, consumers=[consumer])


if __name__ == "__main__":
    settings = Settings.read(Environment(os.environ), FUNCTION, concurrency=CONCURRENCY, lifespan="off")
    server.run("tests.service_library.loaded:app", settings)
elif "LOAD_FOLDER" in os.environ:  # imported by the server
    app = build()
