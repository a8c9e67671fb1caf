"""A stream that goes to the service by a pipe: there and back twice while records come, on the embedded AWS."""

from __future__ import annotations

import base64
import json
import threading
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


def numbers(event: dict[str, Any]) -> list[int]:
    return [int(base64.b64decode(each["kinesis"]["data"])) for each in event["Records"]]


def own(event: dict[str, Any]) -> dict[str, Any]:
    """Return a record without what is of itself alone, and of who reads it."""
    record = event["Records"][0]
    kept = {name: value for name, value in record.items() if name not in ("eventID", "invokeIdentityArn")}
    drawn = ("sequenceNumber", "data", "approximateArrivalTimestamp")
    return {**kept, "kinesis": {name: value for name, value in record["kinesis"].items() if name not in drawn}}


class World:
    """A stream whose records a function gets, which tells a queue; and a service that remembers what it was sent."""

    def __init__(self, aws: Aws, client: Callable[[str], Any], name: str, service: Service) -> None:
        self.aws, self.name, self.service = aws, name, service
        self._kinesis, self._sqs = client("kinesis"), client("sqs")
        self._seen = self._sqs.create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.variables = {"SEEN": self._seen}
        self.at_the_function: list[dict[str, Any]] = []
        self.sent: list[int] = []
        self.stop = threading.Event()

    def put(self) -> None:
        while not self.stop.wait(0.1):
            self.sent.append(len(self.sent))
            self._kinesis.put_record(StreamName=self.name, PartitionKey="a", Data=str(self.sent[-1]).encode())

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
        (trigger,) = (each for each in inventory.triggers if each.kind == "kinesis")
        assert trigger.enabled
        goal = Destination(
            self.service.url,
            api_key=f"secretsmanager:{self.name}",
            resources={"kinesis": {"longest": "0.1", "behind": "2", f"largest {trigger.name}": "10"}},
            pipes=frozenset({self.name}),
        )
        repoint = TRIGGERS["kinesis"].to_service(trigger, inventory.function, goal)
        assert repoint is not None
        return repoint


def beyond(number: int, events: Callable[[], list[dict[str, Any]]]) -> Callable[[], bool]:
    return lambda: max((each for event in events() for each in numbers(event)), default=-1) >= number


@pytest.mark.long(40)
def test_a_stream_goes_by_a_pipe_and_back_twice_and_loses_none_and_keeps_its_order(
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    record_property: Callable[[str, object], None],
) -> None:
    with running(Service()) as service:
        world = World(aws, client, unique, service)
        make_function(REMEMBERS, Environment={"Variables": world.variables})
        client("kinesis").create_stream(StreamName=unique, ShardCount=1)
        client("lambda").create_event_source_mapping(
            FunctionName=unique,
            EventSourceArn=f"arn:aws:kinesis:us-east-1:000000000000:stream/{unique}",
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
            eventually(beyond(AT_EACH_SIDE, world.look))
            for _ in range(2):
                for step in repoint.steps:
                    assert bring(step.action, aws, Observed.AFTER)
                eventually(beyond(len(world.sent) + AT_EACH_SIDE, world.at_the_service))
                for step in reversed(repoint.steps):
                    assert bring(step.action, aws, Observed.BEFORE)
                eventually(beyond(len(world.sent) + AT_EACH_SIDE, world.look))
        finally:
            world.stop.set()
            putting.join()
        eventually(beyond(world.sent[-1], world.look))

    served, sent = world.at_the_service(), world.sent
    arrived = [number for event in (*served, *world.at_the_function) for number in numbers(event)]
    assert set(sent) - set(arrived) == set()
    assert {each["headers"]["x-lambda-migrate-api-key"] for each in service.requests} == {"hush"}
    assert own(served[0]) == own(world.at_the_function[0])
    record_property("sent", len(sent))
    record_property("twice", len(arrived) - len(sent))
    firsts = list(dict.fromkeys(number for event in served for number in numbers(event)))
    assert firsts == sorted(firsts)
