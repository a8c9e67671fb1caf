"""What pipes of EventBridge send, as the event that Lambda would have made of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH
from lambda_migrate_service.deliveries.piped import event_of

from tests.service_library.calling import call
from tests.service_library.events_world import World

if TYPE_CHECKING:
    from pathlib import Path

KEY = {"x-lambda-migrate-api-key": "the-api-key"}
FLAT = {
    "kinesisSchemaVersion": "1.0",
    "partitionKey": "paris",
    "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
    "data": "SGVsbG8=",
    "approximateArrivalTimestamp": 1545084650.987,
    "eventSource": "aws:kinesis",
    "eventVersion": "1.0",
    "eventID": "shardId-000000000006:4959",
    "eventName": "aws:kinesis:record",
    "awsRegion": "eu-west-1",
    "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/scans",
}
INSIDE = ("kinesisSchemaVersion", "partitionKey", "sequenceNumber", "data", "approximateArrivalTimestamp")
NESTED = {
    "kinesis": {name: FLAT[name] for name in INSIDE},
    **{name: value for name, value in FLAT.items() if name not in INSIDE},
}
CHANGE = {"eventID": "1", "eventSource": "aws:dynamodb", "dynamodb": {"Keys": {"id": {"S": "a"}}}}
MSK = {"eventSource": "aws:kafka", "eventSourceArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"}
PLACED = {"topic": "orders", "offset": 15, "timestamp": 1545084650987, "timestampType": "CREATE_TIME", "value": "aGk="}
BROKER = {"eventSourceArn": "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1"}
ACTIVE = {"messageID": "ID:b-9bcfa592", "messageType": "jms/text-message", "data": "aGk="}
RABBIT = {"basicProperties": {"contentType": "text/plain"}, "redelivered": False, "data": "aGk="}


@pytest.mark.parametrize(
    ("sends", "sent", "event"),
    [
        ("kinesis", FLAT, {"Records": [NESTED]}),
        ("kinesis", [FLAT], {"Records": [NESTED]}),
        ("dynamodb", CHANGE, {"Records": [CHANGE]}),
        (
            "kafka",
            {**MSK, **PLACED, "eventSourceKey": "orders-0", "partition": "0"},
            {**MSK, "records": {"orders-0": [{**PLACED, "partition": 0}]}},
        ),
        (
            "kafka",
            {"eventSource": "SelfManagedKafka", "bootstrapServers": "b:9092", **PLACED, "partition": 3},
            {
                "eventSource": "SelfManagedKafka",
                "bootstrapServers": "b:9092",
                "records": {"orders-3": [{**PLACED, "partition": 3}]},
            },
        ),
        (
            "activemq",
            {"eventSource": "aws:amq", **BROKER, **ACTIVE},
            {"eventSource": "aws:mq", **BROKER, "messages": [ACTIVE]},
        ),
        (
            "rabbitmq",
            {"eventSource": "aws:rmq", **BROKER, "eventSourceKey": "jobs::/", **RABBIT},
            {"eventSource": "aws:rmq", **BROKER, "rmqMessagesByQueue": {"jobs::/": [RABBIT]}},
        ),
        ("records", CHANGE, [CHANGE]),
        ("records", [CHANGE, FLAT], [CHANGE, FLAT]),
    ],
)
def test_a_record_becomes_the_event_that_lambda_would_get(sends: str, sent: Any, event: Any) -> None:
    assert event_of(json.dumps(sent).encode(), sends) == (event, True)


@pytest.mark.parametrize(
    ("sends", "body"), [("kinesis", b"{"), ("kinesis", b"[]"), ("kinesis", b"[1]"), ("else", b"{}"), ("kinesis", b"1")]
)
def test_what_is_nothing_of_the_kind_is_no_event(sends: str, body: bytes) -> None:
    assert event_of(body, sends) == (None, False)


def test_a_pipe_comes_in_with_the_key_and_says_what_it_sends(tmp_path: Path) -> None:
    world = World(tmp_path)
    body = json.dumps(FLAT).encode()

    answer = call(world.endpoint, "POST", EVENTS_PATH, {**KEY, "X-Lambda-Migrate-Pipe": "kinesis"}, body)

    assert (answer.status, [event for event, _ in world.calls]) == (200, [{"Records": [NESTED]}])
    assert call(world.endpoint, "POST", EVENTS_PATH, {"x-lambda-migrate-pipe": "kinesis"}, body).status == 404


def test_a_record_that_the_handler_names_as_not_handled_is_refused_so_that_it_comes_again(tmp_path: Path) -> None:
    answers: list[Any] = [{"batchItemFailures": [{"itemIdentifier": "4959"}]}, {"batchItemFailures": []}, None]
    world = World(tmp_path, lambda _event, _context: answers.pop(0))
    body, headers = json.dumps(FLAT).encode(), {**KEY, "x-lambda-migrate-pipe": "kinesis"}

    statuses = [call(world.endpoint, "POST", EVENTS_PATH, headers, body).status for _ in range(3)]

    assert statuses == [500, 200, 200]


def test_of_a_rule_the_same_answer_means_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, lambda _event, _context: {"batchItemFailures": [{"itemIdentifier": "1"}]})

    assert call(world.endpoint, "POST", EVENTS_PATH, KEY, b'{"event": {}}').status == 200
