"""Buckets whose notifications reach the service by a queue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.config import Service
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import s3, sqs
from lambda_migrate.triggers.base import Destination, Repoint
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

BUCKET = "arn:aws:s3:::uploads"
QUEUE = f"arn:aws:sqs:{known.REGION}:uploads-for-orders"
ACCOUNT = "123456789012"
READY = Destination(
    "https://orders.example.com",
    resources={"s3": {"queue uploads": ""}},
    notified=frozenset({QUEUE}),
    queues={"s3": {"uploads": QUEUE}},
)
LATE = (
    "a change of the notifications of bucket `uploads` takes up to five minutes to reach all of S3,"
    " and until then events go the old way or the new one"
)


AGAIN = "an event that always fails comes again until the queue drops it"


def moved(destination: Destination = READY) -> Repoint:
    repoint = s3.to_service(known.s3("uploads", "live"), known.ORDERS, destination)
    assert repoint is not None
    return repoint


def test_the_notification_goes_to_the_queue_whose_metrics_judge_it() -> None:
    repoint = moved()

    (step,) = repoint.steps
    assert action_to_dict(step.action) == {
        "kind": "point_notification",
        "name": "uploads",
        "before": known.qualified("live"),
        "after": QUEUE,
        "owner": ACCOUNT,
        "notification": "ours",
    }
    assert step.action.describe() == "bucket uploads, notification ours: orders:live → uploads-for-orders"
    assert (step.propagation, step.lingers) == (300.0, 0.0)
    assert (repoint.blockers, repoint.warnings) == ((), (LATE,))
    assert (repoint.source_metrics, s3.source_metrics(known.s3("uploads"))) == (sqs.queue_metrics(QUEUE), None)


def test_a_bucket_without_a_queue_of_its_own_stays_on_the_alias() -> None:
    other = replace(READY, queues={"s3": {"other": QUEUE}, "sns": {"uploads": QUEUE}})

    assert s3.to_service(known.s3("uploads", "live"), known.ORDERS, other) is None


@pytest.mark.parametrize(
    ("destination", "found"),
    [
        (replace(READY, notified=frozenset()), ["queue-without-consumer"]),
        (replace(READY, consumers=frozenset({QUEUE}), notified=frozenset()), ["queue-without-consumer"]),
        (replace(READY, resources={"s3": {"queue uploads": "it refuses"}}), ["queue-refuses"]),
        (replace(READY, resources={}), ["queue-refuses"]),
        (
            replace(READY, queues={"s3": {"uploads": "arn:aws:sqs:eu-west-1:999999999999:theirs"}}),
            ["source-elsewhere", "queue-without-consumer"],
        ),
    ],
)
def test_what_would_lose_events_is_a_gate(destination: Destination, found: list[str]) -> None:
    assert [blocker.gate for blocker in moved(destination).blockers] == found


def test_a_queue_without_a_dead_letter_queue_is_told() -> None:
    looked = {"s3": {"queue uploads": "", "no dead letters uploads": QUEUE}}

    assert moved(replace(READY, resources=looked)).warnings == (
        LATE,
        f"queue `uploads-for-orders` of bucket `uploads` has no dead-letter queue: {AGAIN}",
    )


def statement(**changed: Any) -> dict[str, Any]:
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnLike": {"aws:SourceArn": BUCKET}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    return allowed | changed


REFUSES = "its policy does not let the bucket send to it"


def looked(queue: str = QUEUE, **attributes: Any) -> dict[str, str]:
    aws: Any = FakeAws(
        {
            "sqs:get_queue_url": lambda **_asked: {"QueueUrl": "https://sqs/uploads"},
            "sqs:get_queue_attributes": lambda **_asked: {"Attributes": {"RedrivePolicy": "{}", **attributes}},
        }
    )
    return s3.look_up(aws, known.ORDERS, Service(s3_queues={"uploads": queue}), (known.s3("uploads"),))


@pytest.mark.parametrize(
    ("statements", "refusal"),
    [
        (statement(), ""),
        ([statement(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:up*"}})], ""),
        ([statement(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}})], REFUSES),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})], ""),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}})], REFUSES),
        (
            [statement(Condition={"ArnLike": {"aws:SourceArn": [BUCKET]}, "StringEquals": {"aws:SourceAccount": []}})],
            REFUSES,
        ),
        ([statement(Condition={"Bool": {"aws:SecureTransport": "true"}})], REFUSES),
        ([statement(Principal={"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]})], ""),
        ([statement(Effect="Deny")], REFUSES),
        ([], REFUSES),
    ],
)
def test_the_policy_of_the_queue_is_read_with_the_account_that_owns_the_bucket(statements: Any, refusal: str) -> None:
    assert looked(Policy=json.dumps({"Statement": statements})) == {"queue uploads": refusal}


def test_queues_to_which_s3_never_sends_are_named() -> None:
    policy = json.dumps({"Statement": statement()})

    assert looked(f"{QUEUE}.fifo", Policy=policy) == {"queue uploads": "S3 does not send to FIFO queues"}
    assert looked(Policy=policy, KmsMasterKeyId="alias/aws/sqs", RedrivePolicy="") == {
        "queue uploads": "it is encrypted with the key that AWS manages, which S3 may not use",
        "no dead letters uploads": QUEUE,
    }
    assert looked(Policy=policy, KmsMasterKeyId="alias/orders") == {"queue uploads": ""}


def test_a_queue_that_cannot_be_read_is_never_taken_for_open() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed", hint="")

    aws: Any = FakeAws({"sqs:get_queue_url": refused})
    service = Service(s3_queues={"uploads": QUEUE})

    assert s3.look_up(aws, known.ORDERS, service, (known.s3("uploads"), known.s3("other"))) == {
        "queue uploads": "not allowed"
    }
