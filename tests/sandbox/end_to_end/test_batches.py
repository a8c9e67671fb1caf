"""Queues and streams: both versions get the same batches, and what they report as failed has the same effect.

Not shown here, because MiniStack cannot: partial batches of streams, bisection, FIFO order across batches, batching
windows, and the time-out of the function against that of the queue. The tests of the proxy show that whatever the
service answers is handed on as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.sandbox.end_to_end import sources
from tests.sandbox.end_to_end.exchange import comparable
from tests.sandbox.end_to_end.stage import BOTH, ORIGINAL, PROXIED
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.sandbox.end_to_end.stage import Stage

pytestmark = pytest.mark.sandbox

Queues = dict[str, dict[str, str]]


VISIBILITY = 3
"""Seconds after which a failed message comes again; more than a batch takes, however busy the machine is."""

GOOD, BAD, LAST = {"n": 1}, {"n": 2, "wish": {"fail": True}}, {"n": 3, "note": "Zoë ☕"}
RAISING = [{"n": 1}, {"n": 2, "wish": {"raise": "ValueError", "message": ["no"]}}]


@pytest.fixture
def marker() -> str:
    return f"batch-{uuid4().hex[:12]}"


@pytest.fixture(scope="module", autouse=True)
def partly(stage: Stage) -> Queues:
    """Queues with a message that is reported as failed, among others."""
    return queues(stage, [GOOD, BAD, LAST])


@pytest.fixture(scope="module", autouse=True)
def wholly(stage: Stage) -> Queues:
    """Queues with messages on which the handler raises."""
    return queues(stage, RAISING)


def queues(stage: Stage, sent: list[dict[str, Any]]) -> Queues:
    """Make a queue for each version, put the same messages into both, and only then let the versions read them.

    Messages that failed twice go to a dead-letter queue.
    """
    name = f"queue-{uuid4().hex[:12]}"
    made = {}
    for alias in BOTH:
        dead, dead_arn = stage.queue(f"{name}-{alias}-dead")
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
        url, arn = stage.queue(f"{name}-{alias}", VisibilityTimeout=str(VISIBILITY), RedrivePolicy=redrive)
        made[alias] = {"url": url, "dead": dead, "name": f"{name}-{alias}"}
        stage.aws.call("sqs", "send_message_batch", QueueUrl=url, Entries=_entries(sent))
        stage.aws.call(
            "lambda",
            "create_event_source_mapping",
            FunctionName=stage.qualified(alias),
            EventSourceArn=arn,
            BatchSize=10,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
    return made


def _entries(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "Id": str(number),
            "MessageBody": json.dumps(body),
            "MessageAttributes": {"n": {"DataType": "Number", "StringValue": str(number)}},
        }
        for number, body in enumerate(sent)
    ]


def batches(stage: Stage, made: Queues, count: int) -> dict[str, list[Any]]:
    """Return the batches that each version got, comparable."""
    found = {alias: stage.notebook.wait(alias, queue["name"], count) for alias, queue in made.items()}
    assert {note.handled_by for note in found[PROXIED]} == {"service"}
    return {
        alias: [comparable(note.event, {made[alias]["name"]: "<queue>"}) for note in notes]
        for alias, notes in found.items()
    }


def bodies(batch: Any) -> list[Any]:
    return [json.loads(record["body"]) for record in batch["Records"]]


def remaining(stage: Stage, queue: dict[str, str]) -> list[int]:
    """Return how many messages of a queue are waiting and in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stage.aws.call("sqs", "get_queue_attributes", QueueUrl=queue["url"], AttributeNames=names)["Attributes"]
    return [int(found[name]) for name in names]


def streamed(stage: Stage, marker: str, count: int) -> dict[str, list[Any]]:
    """Return the batches of a stream that both read."""
    found = {alias: stage.notebook.wait(alias, marker, count) for alias in BOTH}
    assert {note.handled_by for note in found[PROXIED]} == {"service"}
    return {alias: [note.event for note in notes] for alias, notes in found.items()}


def test_a_kinesis_stream_is_read_alike(stage: Stage, marker: str) -> None:
    sources.kinesis(stage, marker, [b'{"n": 1}', b"\x00\xff\xfe", "☕".encode()])

    found = streamed(stage, marker, 1)

    assert found[PROXIED] == found[ORIGINAL]
    assert len(found[PROXIED][0]["Records"]) == 3


def test_a_kinesis_batch_that_failed_is_read_again(stage: Stage, marker: str) -> None:
    wish = {"raise": "OutOfStock", "message": ["not yet"], "until": 3}
    sources.kinesis(stage, marker, [b'{"n": 1}', json.dumps({"wish": wish}).encode()])

    found = streamed(stage, marker, 3)

    assert found[PROXIED] == found[ORIGINAL]
    assert found[PROXIED] == [found[PROXIED][0]] * 3


def test_a_dynamodb_stream_is_read_alike(stage: Stage, marker: str) -> None:
    sources.dynamodb(stage, marker)

    found = streamed(stage, marker, 1)

    assert found[PROXIED] == found[ORIGINAL]
    assert [record["eventName"] for record in found[PROXIED][0]["Records"]] == ["INSERT", "MODIFY", "REMOVE"]


def test_records_that_are_reported_as_failed_come_again_and_the_others_are_gone(stage: Stage, partly: Queues) -> None:
    found = batches(stage, partly, 2)
    dead = {alias: eventually(lambda alias=alias: stage.messages(partly[alias]["dead"])) for alias in BOTH}

    assert found[PROXIED] == found[ORIGINAL]
    assert [bodies(batch) for batch in found[PROXIED]] == [[GOOD, BAD, LAST], [BAD]]
    assert [[json.loads(body) for body in dead[alias]] for alias in BOTH] == [[BAD], [BAD]]
    assert [remaining(stage, partly[alias]) for alias in BOTH] == [[0, 0], [0, 0]]


def test_a_batch_whose_handler_raises_comes_again_whole(stage: Stage, wholly: Queues) -> None:
    found = batches(stage, wholly, 2)
    dead: dict[str, list[str]] = {alias: [] for alias in BOTH}
    for alias in BOTH:
        eventually(lambda alias=alias: len(dead[alias].__iadd__(stage.messages(wholly[alias]["dead"]))) == 2)

    assert found[PROXIED] == found[ORIGINAL]
    assert [bodies(batch) for batch in found[PROXIED]] == [RAISING, RAISING]
    assert [sorted(dead[alias]) for alias in BOTH] == [sorted(json.dumps(body) for body in RAISING)] * 2
