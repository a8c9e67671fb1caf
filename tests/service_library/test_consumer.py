"""The consumer: what Lambda's poller did for a queue, without Lambda."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from lambda_migrate_service.consumer import Consumer, NotificationConsumer, Polling, QueueNotReadable, failures, record
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import Environment

from tests.service_library.polled_queue import ARN, FUNCTION, URL, Queue, consuming, message
from tests.support.waiting import TIMEOUT


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


def test_a_queue_is_consumed_in_one_way_or_the_other() -> None:
    environment = Environment(
        {"LAMBDA_MIGRATE_CONSUME_QUEUES": "a", "LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS": "b, a", "X": ""}
    )
    polling = Polling.read(environment, 10)

    assert environment.problems == ["LAMBDA_MIGRATE_CONSUME_NOTIFICATIONS: a is consumed already"]
    made = polling.consumers(Dispatcher(None, workers=1, handlers={}), FUNCTION)
    assert [(type(each), polling.batches) for each in made] == [
        (Consumer, 6),
        (NotificationConsumer, 6),
        (NotificationConsumer, 6),
    ]


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
        released.wait(TIMEOUT)

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
