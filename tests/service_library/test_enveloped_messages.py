"""What SNS, buckets and schedules put into a queue is handled as it was when they invoked the function."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lambda_migrate_service.consumer import Consumer, NotificationConsumer

from tests.service_library.polled_queue import Queue, consuming, message

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
