"""The consumer: what Lambda's poller did for a queue, without Lambda."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.consumer import Consumer, NotificationConsumer, Polling, QueueNotReadable, failures, record
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


TOPIC = "arn:aws:sns:eu-west-1:123456789012:news"
NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    "TopicArn": TOPIC,
    "Message": "hello",
    "Timestamp": "2026-01-15T00:00:00.000Z",
    "SignatureVersion": "1",
    "Signature": "c2lnbmVk",
    "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem",
    "UnsubscribeURL": f"https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={TOPIC}:0815",
    "MessageAttributes": {"shop": {"Type": "String", "Value": "paris"}},
}


def test_a_notification_in_a_queue_is_handled_as_sns_hands_it_to_lambda() -> None:
    events: list[Any] = []

    def handler(event: Any, _context: Any) -> Any:
        events.append(event)
        return {"batchItemFailures": "means nothing here"}

    queue = Queue([{**message(1), "Body": json.dumps(NOTIFICATION)}])
    state = consuming(queue, handler, lambda consumer: consumer.state()["handled"] == 1, NotificationConsumer)

    (found,) = events[0]["Records"]
    named = {name: value for name, value in NOTIFICATION.items() if not name.endswith("URL")}
    urls = {"SigningCertUrl": NOTIFICATION["SigningCertURL"], "UnsubscribeUrl": NOTIFICATION["UnsubscribeURL"]}
    assert found == {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"{TOPIC}:0815",
        "Sns": {**named, **urls, "Subject": None},
    }
    assert (queue.deleted, state["notifications"], queue.asked["MaxNumberOfMessages"]) == (["r1"], True, 1)


@pytest.mark.parametrize(
    "body",
    [
        "hello",
        "[]",
        json.dumps({**NOTIFICATION, "Type": "SubscriptionConfirmation"}),
        json.dumps({"a": 1}),
        json.dumps({"Records": []}),
        json.dumps({"event": 1, "more": 2}),
        json.dumps({"Records": [{"eventSource": "aws:s3"}, {"eventSource": "aws:sqs"}]}),
    ],
)
def test_what_is_not_a_notification_in_its_envelope_is_left_in_the_queue(body: str) -> None:
    events: list[Any] = []
    queue = Queue([{**message(1), "Body": body}], [{**message(2), "Body": json.dumps(NOTIFICATION)}])

    def done(consumer: Consumer) -> bool:
        return bool(consumer.state()["handled"])

    state = consuming(queue, lambda event, _context: events.append(event), done, NotificationConsumer)

    assert (queue.deleted, state["failed"], len(events)) == (["r2"], 1, 1)


UPLOADED = {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "2026/caf%C3%A9+1.json"}}}]}
TESTED = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads", "RequestId": "1", "HostId": "2"}


def test_what_a_bucket_writes_into_a_queue_is_handled_as_it_is_and_its_test_message_is_not() -> None:
    events: list[Any] = []
    queue = Queue([{**message(1), "Body": json.dumps(TESTED)}], [{**message(2), "Body": json.dumps(UPLOADED)}])

    def done(_consumer: Consumer) -> bool:
        return len(queue.deleted) == 2

    state = consuming(queue, lambda event, _context: events.append(event), done, NotificationConsumer)

    assert (events, queue.deleted, state["failed"]) == ([UPLOADED], ["r1", "r2"], 0)


@pytest.mark.parametrize("event", [{"id": "nightly"}, {"event": {"event": 1}}, [], None, "text"])
def test_what_a_schedule_brings_is_taken_out_of_its_envelope(event: Any) -> None:
    events: list[Any] = []
    queue = Queue([{**message(1), "Body": json.dumps({"event": event})}])

    def done(_consumer: Consumer) -> bool:
        return bool(queue.deleted)

    consuming(queue, lambda event, _context: events.append(event), done, NotificationConsumer)

    assert (events, queue.deleted) == ([event], ["r1"])


def test_a_notification_whose_handler_fails_comes_again() -> None:
    queue = Queue([{**message(1), "Body": json.dumps(NOTIFICATION)}])

    def handler(_event: Any, _context: Any) -> None:
        raise ValueError

    consuming(queue, handler, lambda consumer: consumer.state()["failed"] == 1, NotificationConsumer)
    assert queue.deleted == []


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
