"""The consumer: what Lambda's poller did for a queue, without Lambda."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.consumer import Consumer, Polling, QueueNotReadable, failures, record
from lambda_migrate_service.context import Function
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import Environment

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


def consuming(queue: Queue, handler: Any, until: Callable[[Consumer], bool]) -> dict[str, Any]:
    """Consume until something is so; return the state before the stop."""

    async def run() -> dict[str, Any]:
        consumer = Consumer(
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


def test_a_batch_is_handled_as_lambda_hands_it_and_deleted() -> None:
    events: list[Any] = []
    queue = Queue([message(1), message(2)])
    state = consuming(queue, lambda event, _context: events.append(event), lambda _: len(queue.deleted) == 2)
    assert [found["messageId"] for found in events[0]["Records"]] == ["m1", "m2"]
    assert events[0]["Records"][0]["eventSourceARN"] == ARN
    assert queue.deleted == ["r1", "r2"]
    assert {name: state[name] for name in ("queue", "received", "polling", "error")} == {
        "queue": ARN,
        "received": 2,
        "polling": True,
        "error": None,
    }
    assert queue.asked["MaxNumberOfMessages"] == 10


def test_what_failed_is_left_for_another_time() -> None:
    queue = Queue([message(1), message(2), message(3)])
    answer = {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    state = consuming(queue, lambda _event, _context: answer, lambda consumer: consumer.state()["handled"] == 2)
    assert (queue.deleted, state["failed"]) == (["r1", "r3"], 1)


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), asyncio.CancelledError()], ids=repr)
def test_of_a_failed_batch_nothing_is_deleted_and_the_next_one_is_taken(error: BaseException) -> None:
    queue = Queue([message(1)], [message(2)])

    def handler(event: Any, _context: Any) -> None:
        if event["Records"][0]["messageId"] == "m1":
            raise error

    consuming(queue, handler, lambda consumer: consumer.state()["handled"] == 1)
    assert queue.deleted == ["r2"]


def test_messages_stay_invisible_while_they_are_handled() -> None:
    queue = Queue([message(1)], visibility="2")
    released = threading.Event()

    def handler(_event: Any, _context: Any) -> None:
        released.wait(10)

    def extended(_consumer: Consumer) -> bool:
        if queue.visibilities:
            released.set()
        return bool(queue.deleted)

    consuming(queue, handler, extended)
    assert queue.visibilities[0] == ("r1", 2)


def test_a_queue_that_fails_is_told_and_tried_again() -> None:
    queue = Queue(ConnectionError("gone"), [message(1)])
    errors: set[Any] = set()

    def recovered(consumer: Consumer) -> bool:
        state = consumer.state()
        errors.add((state["error"], state["polling"]))
        return state["handled"] == 1

    consuming(queue, lambda _event, _context: None, recovered)
    assert ("ConnectionError", False) in errors
    assert (None, True) in errors


def test_what_is_being_handled_at_the_stop_is_finished_and_deleted() -> None:
    queue = Queue([message(1)])
    handling, stopping = threading.Event(), threading.Event()

    def handler(_event: Any, _context: Any) -> None:
        handling.set()
        assert stopping.wait(TIMEOUT)

    def handled(_consumer: Consumer) -> bool:
        if handling.is_set():  # the loop comes to this when the stop that follows has begun to wait
            asyncio.get_running_loop().call_soon(stopping.set)
        return handling.is_set()

    consuming(queue, handler, handled)
    assert queue.deleted == ["r1"]


def test_what_arrives_after_the_stop_is_given_back_at_once() -> None:
    queue = Queue()
    queue.held_batch = [message(1)]

    def stopped(consumer: Consumer) -> bool:
        if queue.receiving.is_set():
            consumer.drain()
            queue.hold.set()
            return True
        return False

    consuming(queue, lambda _event, _context: None, stopped)
    assert (queue.visibilities, queue.deleted) == ([("r1", 0)], [])


def test_a_queue_that_does_not_exist_stops_the_start() -> None:
    class Missing:
        def get_queue_attributes(self, **_asked: Any) -> None:
            raise LookupError("no such queue")

    with pytest.raises(
        QueueNotReadable, match=f"^LAMBDA_MIGRATE_CONSUME_QUEUES: `{URL}` cannot be read: no such queue"
    ):
        consuming(Missing(), None, lambda _: True)  # type: ignore[arg-type]  # a queue that is none


def test_a_record_has_what_lambda_puts_in() -> None:
    received = {
        **message(1),
        "MD5OfMessageAttributes": "md5a",
        "MessageAttributes": {
            "shop": {"StringValue": "paris", "DataType": "String"},
            "picture": {"BinaryValue": b"\x00\xff", "DataType": "Binary"},
        },
    }
    assert record(received, ARN, "eu-west-1") == {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": "body 1",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "shop": {"stringValue": "paris", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
            "picture": {"binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
        },
        "md5OfBody": "md5",
        "md5OfMessageAttributes": "md5a",
        "eventSource": "aws:sqs",
        "eventSourceARN": ARN,
        "awsRegion": "eu-west-1",
    }


@pytest.mark.parametrize(
    ("response", "failed"),
    [
        (None, ""),
        ({}, ""),
        ("", ""),
        ([], ""),
        ({"batchItemFailures": []}, ""),
        ({"batchItemFailures": None}, ""),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, "a"),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, "ab"),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, "ab"),
        ({"batchItemFailures": [{"itemIdentifier": "z"}]}, "ab"),
        ({"batchItemFailures": [{"wrong": "a"}]}, "ab"),
        ({"batchItemFailures": ["a"]}, "ab"),
        ({"batchItemFailures": [{"itemIdentifier": ["a"]}]}, "ab"),
        ({"batchItemFailures": "a"}, "ab"),
    ],
    ids=str,
)
def test_a_partial_batch_is_judged_as_lambda_judges_it(response: Any, failed: str) -> None:
    assert failures(response, {"a", "b"}) == set(failed)


def test_queues_and_how_they_are_polled_come_from_the_environment() -> None:
    environment = Environment(
        {"LAMBDA_MIGRATE_CONSUME_QUEUES": f"{URL}, {URL}2", "LAMBDA_MIGRATE_CONSUME_POLLERS": "none"}
    )
    read = {concurrency: Polling.read(environment, concurrency) for concurrency in (100, 3, 1)}
    assert read[100] == Polling(queues=(URL, f"{URL}2"), pollers=2, batch=10, wait=5)
    assert [(each.pollers, each.batches) for each in read.values()] == [(2, 4), (1, 2), (1, 2)]
    assert set(environment.problems) == {"LAMBDA_MIGRATE_CONSUME_POLLERS must be a whole number of at least 1"}
