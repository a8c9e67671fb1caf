"""Topics whose messages reach the service by a queue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.config import Service
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import sns, sns_queue, sqs
from lambda_migrate.triggers.base import Destination
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

TOPIC = f"arn:aws:sns:{known.REGION}:news"
QUEUE = f"arn:aws:sqs:{known.REGION}:news-for-orders"
READY = Destination(
    "https://orders.example.com",
    resources={"sns": {"queue news": "", "unread": "slow does not matter here"}},
    notified=frozenset({QUEUE}),
    queues={"sns": {"news": QUEUE}},
)


def gates(destination: Destination, **changed: Any) -> list[str]:
    trigger = known.with_settings(known.sns("live"), **changed)
    return [blocker.gate for blocker in sns.to_service(trigger, known.ORDERS, destination).blockers]


def test_the_queue_is_subscribed_in_envelope_and_its_own_metrics_judge() -> None:
    filtering = known.sns("live", FilterPolicy='{"a": ["b"]}', DeliveryPolicy="{}")

    repoint = sns.to_service(filtering, known.ORDERS, READY)

    assert [action_to_dict(step.action) for step in repoint.steps] == [
        {
            "kind": "subscribe",
            "topic": TOPIC,
            "protocol": "sqs",
            "endpoint": QUEUE,
            "attributes": {"FilterPolicy": '{"a": ["b"]}', "RawMessageDelivery": "false"},
        },
        {
            "kind": "park_subscription",
            "subscription": f"{TOPIC}:sub-live",
            "name": "news",
            "before": {"FilterPolicy": '{"a": ["b"]}'},
        },
    ]
    assert (repoint.blockers, repoint.source_metrics) == ((), sqs.queue_metrics(QUEUE))
    assert [step.lingers for step in repoint.steps] == [0.0, 0.0]


def test_a_topic_without_a_queue_goes_to_the_url() -> None:
    repoint = sns.to_service(known.sns("live"), known.ORDERS, replace(READY, queues={"sns": {"other": QUEUE}}))

    assert repoint.steps[0].action.describe() == (
        "topic news: subscribe https://orders.example.com/lambda-proxy-non-api-events"
    )


@pytest.mark.parametrize(
    ("destination", "found"),
    [
        (replace(READY, notified=frozenset()), ["sns-without-consumer"]),
        (replace(READY, consumers=frozenset({QUEUE}), notified=frozenset()), ["sns-without-consumer"]),
        (replace(READY, resources={"sns": {"queue news": "not allowed"}}), ["sns-queue-refuses"]),
        (replace(READY, resources={}), ["sns-queue-refuses"]),
        (
            replace(READY, queues={"sns": {"news": "arn:aws:sqs:eu-west-1:999999999999:theirs"}}),
            ["source-elsewhere", "sns-without-consumer"],
        ),
    ],
)
def test_what_would_lose_messages_is_a_gate(destination: Destination, found: list[str]) -> None:
    assert gates(destination) == found


def test_a_queue_that_is_subscribed_already_is_named() -> None:
    assert gates(READY, queues=(QUEUE,)) == ["sns-other-filter"]


def statement(**changed: Any) -> dict[str, Any]:
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
    }
    return allowed | changed


REFUSES = "its policy does not let the topic send to it"


@pytest.mark.parametrize(
    ("statements", "refusal"),
    [
        ([statement()], ""),
        (statement(), ""),
        ([statement(Action=["sqs:*"], Condition={})], ""),
        ([statement(Principal="*", Condition={"ArnLike": {"aws:SourceArn": f"{TOPIC[:-2]}*"}})], ""),
        ([statement(Principal={"AWS": "*"})], ""),
        ([], REFUSES),
        ([statement(Effect="Deny")], REFUSES),
        ([statement(Action="sqs:ReceiveMessage")], REFUSES),
        ([statement(Principal={"Service": "events.amazonaws.com"})], REFUSES),
        ([statement(Condition={"ArnEquals": {"aws:SourceArn": f"{TOPIC}-of-others"}})], REFUSES),
    ],
)
def test_the_policy_of_the_queue_is_read(statements: Any, refusal: str) -> None:
    aws: Any = FakeAws(
        {
            "sqs:get_queue_url": lambda **_asked: {"QueueUrl": "https://sqs/news"},
            "sqs:get_queue_attributes": lambda **_asked: {
                "Attributes": {"Policy": json.dumps({"Statement": statements})}
            },
            "cloudwatch:get_metric_data": lambda **asked: {
                "MetricDataResults": [{"Id": each["Id"], "Values": []} for each in asked["MetricDataQueries"]]
            },
        }
    )

    assert sns.look_up(aws, known.ORDERS, Service(sns_queues={"news": QUEUE})) == {"queue news": refusal}


@pytest.mark.parametrize(
    ("queue", "key", "refusal"),
    [
        (f"{QUEUE}.fifo", "", "a standard topic does not send to FIFO queues"),
        (
            QUEUE,
            "alias/aws/sqs",
            "it is encrypted with the key that AWS manages, which a standard topic may not use",
        ),
        (QUEUE, "alias/orders", ""),
    ],
)
def test_a_queue_that_no_standard_topic_can_send_to_is_refused(queue: str, key: str, refusal: str) -> None:
    attributes = {"Policy": json.dumps({"Statement": statement()}), "KmsMasterKeyId": key}
    aws: Any = FakeAws(
        {
            "sqs:get_queue_url": lambda **_asked: {"QueueUrl": "https://sqs/news"},
            "sqs:get_queue_attributes": lambda **_asked: {"Attributes": attributes},
        }
    )

    assert sns_queue.look_up(aws, known.ORDERS, {"news": queue}) == {"queue news": refusal}


def test_a_queue_that_cannot_be_read_is_never_taken_for_open() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed", hint="")

    aws: Any = FakeAws({"sqs:get_queue_url": refused, "cloudwatch:get_metric_data": refused})

    assert sns.look_up(aws, known.ORDERS, Service(sns_queues={"news": QUEUE})) == {
        "unread": "not allowed",
        "queue news": "not allowed",
    }
