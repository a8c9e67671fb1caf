"""Streams that go to the service by a pipe, there and back while records come, on the embedded AWS."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries import piped

from lambda_migrate.actions import Observed
from lambda_migrate.engine.apply import bring
from lambda_migrate.inventory import take
from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.base import Destination
from tests.sandbox.receiving import REMEMBERS, Service, running
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.triggers.base import Repoint

pytestmark = pytest.mark.sandbox

AT_EACH_SIDE = 5
"""Records that have to arrive at a side before it is left again."""


@dataclass(frozen=True)
class Stream:
    """A kind of stream.

    Attributes:
        kind: What the function's trigger is called.
        make: Makes one, and returns its ARN.
        put: Has it hold a number.
        number: Returns the number in a record.
        drawn: What of a record is its own alone.
    """

    kind: str
    make: Callable[[Callable[[str], Any], str], str]
    put: Callable[[Callable[[str], Any], str, int], object]
    number: Callable[[dict[str, Any]], int]
    drawn: tuple[str, ...]

    def numbers(self, event: dict[str, Any]) -> list[int]:
        return [self.number(each) for each in event["Records"]]

    def own(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return a record without what is of itself alone, and of who reads it."""
        record = event["Records"][0]
        kept = {name: value for name, value in record.items() if name not in ("eventID", "invokeIdentityArn")}
        part = {name: value for name, value in record[self.kind].items() if name not in self.drawn}
        return {**kept, self.kind: part}


def make_stream(client: Callable[[str], Any], name: str) -> str:
    client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return f"arn:aws:kinesis:us-east-1:000000000000:stream/{name}"


def make_table(client: Callable[[str], Any], name: str) -> str:
    made = client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


KINESIS = Stream(
    "kinesis",
    make_stream,
    lambda client, name, number: client("kinesis").put_record(
        StreamName=name, PartitionKey="a", Data=str(number).encode()
    ),
    lambda record: int(base64.b64decode(record["kinesis"]["data"])),
    ("sequenceNumber", "data", "approximateArrivalTimestamp"),
)
TABLE = Stream(
    "dynamodb",
    make_table,
    lambda client, name, number: client("dynamodb").put_item(TableName=name, Item={"id": {"N": str(number)}}),
    lambda record: int(record["dynamodb"]["NewImage"]["id"]["N"]),
    ("SequenceNumber", "Keys", "NewImage", "ApproximateCreationDateTime", "SizeBytes"),
)


class World:
    """A stream whose records a function gets, which tells a queue; and a service that remembers what it was sent."""

    def __init__(self, aws: Aws, client: Callable[[str], Any], name: str, service: Service, stream: Stream) -> None:
        self.aws, self.name, self.service, self.stream = aws, name, service, stream
        self._client, self._sqs = client, client("sqs")
        self._seen = self._sqs.create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.variables = {"SEEN": self._seen}
        self.at_the_function: list[dict[str, Any]] = []
        self.sent: list[int] = []
        self.stop = threading.Event()

    def put(self) -> None:
        while not self.stop.wait(0.1):
            self.sent.append(len(self.sent))
            self.stream.put(self._client, self.name, self.sent[-1])

    def look(self) -> list[dict[str, Any]]:
        for message in self._sqs.receive_message(QueueUrl=self._seen, MaxNumberOfMessages=10).get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._seen, ReceiptHandle=message["ReceiptHandle"])
            self.at_the_function.append(json.loads(message["Body"])["event"])
        return self.at_the_function

    def at_the_service(self) -> list[dict[str, Any]]:
        requests = [(each["body"].encode(), each["headers"][piped.HEADER]) for each in list(self.service.requests)]
        return [piped.event_of(*each)[0] for each in requests]

    def planned(self) -> Repoint:
        inventory = take(self.aws, self.name, alias="live")
        (trigger,) = (each for each in inventory.triggers if each.kind == self.stream.kind)
        assert trigger.enabled
        goal = Destination(
            self.service.url,
            api_key=f"secretsmanager:{self.name}",
            resources={self.stream.kind: {"longest": "0.1", "behind": "2", f"largest {trigger.name}": "10"}},
            pipes=frozenset({self.name}),
        )
        repoint = TRIGGERS[self.stream.kind].to_service(trigger, inventory.function, goal)
        assert repoint is not None
        return repoint

    def beyond(self, number: int, events: Callable[[], list[dict[str, Any]]]) -> Callable[[], bool]:
        return lambda: max((each for event in events() for each in self.stream.numbers(event)), default=-1) >= number


@pytest.mark.long(40)
@pytest.mark.parametrize(("stream", "times"), [(KINESIS, 2), (TABLE, 1)], ids=["kinesis", "dynamodb"])
def test_a_stream_goes_by_a_pipe_and_back_and_loses_none_and_keeps_its_order(
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    record_property: Callable[[str, object], None],
    stream: Stream,
    times: int,
) -> None:
    with running(Service()) as service:
        world = World(aws, client, unique, service, stream)
        make_function(REMEMBERS, Environment={"Variables": world.variables})
        client("lambda").create_event_source_mapping(
            FunctionName=unique,
            EventSourceArn=stream.make(client, unique),
            StartingPosition="LATEST",
            MaximumRetryAttempts=2,
        )
        client("secretsmanager").create_secret(Name=unique, SecretString="hush")
        repoint = eventually(world.planned)
        assert repoint.blockers == ()
        for step in repoint.preparation:
            bring(step.action, aws, Observed.AFTER)
        putting = threading.Thread(target=world.put)
        putting.start()
        try:
            eventually(world.beyond(AT_EACH_SIDE, world.look))
            for _ in range(times):
                for step in repoint.steps:
                    assert bring(step.action, aws, Observed.AFTER)
                eventually(world.beyond(len(world.sent) + AT_EACH_SIDE, world.at_the_service))
                for step in reversed(repoint.steps):
                    assert bring(step.action, aws, Observed.BEFORE)
                eventually(world.beyond(len(world.sent) + AT_EACH_SIDE, world.look))
        finally:
            world.stop.set()
            putting.join()
        eventually(world.beyond(world.sent[-1], world.look))

    served, sent = world.at_the_service(), world.sent
    arrived = [number for event in (*served, *world.at_the_function) for number in stream.numbers(event)]
    assert set(sent) - set(arrived) == set()
    assert {each["headers"]["x-lambda-migrate-api-key"] for each in service.requests} == {"hush"}
    assert stream.own(served[0]) == stream.own(world.at_the_function[0])
    record_property("sent", len(sent))
    record_property("twice", len(arrived) - len(sent))
    firsts = list(dict.fromkeys(number for event in served for number in stream.numbers(event)))
    assert firsts == sorted(firsts)
