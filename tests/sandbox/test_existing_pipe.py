"""A pipe of the team, whose target is the function: to the alias, to the service and back, while records come."""

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
from lambda_migrate.triggers import kind_of
from lambda_migrate.triggers.base import Destination
from tests.sandbox.receiving import REMEMBERS, Service, running
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.plan import Step

pytestmark = pytest.mark.sandbox

AT_EACH_SIDE = 3
"""Records that have to arrive at a side before it is left again."""


class World:
    """A stream, a pipe that takes it to the function, and who got which number."""

    def __init__(self, aws: Aws, client: Callable[[str], Any], name: str, service: Service) -> None:
        self.aws, self.client, self.name, self.service = aws, client, name, service
        self.seen = client("sqs").create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.sent: list[int] = []
        self.got: dict[str, list[int]] = {"$LATEST": [], "1": []}
        self.stop = threading.Event()

    def pipe(self, function: str) -> None:
        self.client("kinesis").create_stream(StreamName=self.name, ShardCount=1)
        self.client("pipes").create_pipe(
            Name=self.name,
            Source=f"arn:aws:kinesis:us-east-1:000000000000:stream/{self.name}",
            SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1}},
            Target=function,
            RoleArn="arn:aws:iam::000000000000:role/pipes",
        )

    def put(self) -> None:
        while not self.stop.wait(0.1):
            self.sent.append(len(self.sent))
            self.client("kinesis").put_record(StreamName=self.name, PartitionKey="a", Data=str(self.sent[-1]).encode())

    def at(self, side: str) -> list[int]:
        """Return the numbers that a version of the function has got, or the service."""
        sqs = self.client("sqs")
        for message in sqs.receive_message(QueueUrl=self.seen, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=self.seen, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            self.got[body["version"]] += numbers(body["event"])
        requests = [(each["body"].encode(), each["headers"][piped.HEADER]) for each in list(self.service.requests)]
        self.got["service"] = [number for each in requests for number in numbers(piped.event_of(*each)[0])]
        return self.got[side]

    def reaches(self, side: str) -> None:
        since = len(self.sent)
        eventually(lambda: max(self.at(side), default=-1) >= since + AT_EACH_SIDE)

    def planned(self, where: str) -> list[Step]:
        inventory = take(self.aws, self.name, alias="live")
        (trigger,) = (each for each in inventory.triggers if each.kind == "pipe")
        if where == "alias":
            repoint = kind_of(trigger).to_alias(trigger, inventory.function, "live")
        else:
            goal = Destination(
                self.service.url,
                api_key=f"secretsmanager:{self.name}",
                resources={"pipe": {"longest": "0.1", f"role {self.name}": "", f"largest {self.name}": "10"}},
                pipes=frozenset({self.name}),
            )
            repoint = kind_of(trigger).to_service(trigger, inventory.function, goal)
        assert repoint is not None
        assert repoint.blockers == ()
        return [*repoint.preparation, *repoint.steps]


def numbers(event: list[dict[str, Any]]) -> list[int]:
    return [int(base64.b64decode(each["data"])) for each in event]


@pytest.mark.long(30)
def test_a_pipe_goes_to_the_alias_to_the_service_and_back_twice_and_loses_none(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    with running(Service()) as service:
        world = World(aws, client, unique, service)
        arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": world.seen}})
        client("lambda").publish_version(FunctionName=unique)
        client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
        client("secretsmanager").create_secret(Name=unique, SecretString="hush")
        world.pipe(arn)
        before = client("pipes").describe_pipe(Name=unique)
        putting = threading.Thread(target=world.put)
        putting.start()
        try:
            world.reaches("$LATEST")
            for _ in range(2):
                taken = []
                for where, side in (("alias", "1"), ("service", "service")):
                    for step in world.planned(where):
                        bring(step.action, aws, Observed.AFTER)
                        taken.append(step)
                    world.reaches(side)
                for step in reversed(taken):
                    bring(step.action, aws, Observed.BEFORE)
                world.reaches("$LATEST")
        finally:
            world.stop.set()
            putting.join()
        eventually(lambda: world.sent[-1] in world.at("$LATEST"))
        after = client("pipes").describe_pipe(Name=unique)

    arrived = [number for side in world.got.values() for number in side]
    assert sorted(arrived) == world.sent  # each once: the pipe keeps its place
    changing = ("LastModifiedTime", "ResponseMetadata")
    left = {name: value for name, value in after.items() if name not in changing}
    assert left == {name: value for name, value in before.items() if name not in changing} | {"TargetParameters": {}}
