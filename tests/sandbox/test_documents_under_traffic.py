"""Callers that stand in a document, pointed at the alias and back, twice, while they deliver: nothing is lost."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.eventbridge.point_rule import PointRule
from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.step_functions.point_definition import PointDefinition
from lambda_migrate.engine.apply import bring
from tests.sandbox.receiving import REMEMBERS
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws

pytestmark = pytest.mark.sandbox

BEFORE, AFTER = "$LATEST", "live"
AT_LEAST_ONCE = {"queue", "stream", "table"}
"""Sources that a poller reads: the batch that was under way may come again (docs/triggers.md)."""
AT_EACH_SIDE = 3
"""Events that have to arrive at a side before it is left again."""


@dataclass
class Source:
    """What delivers events, each with an id of its own.

    Attributes:
        action: What points it at the alias.
        send: Has it deliver one event; None where it does so by itself.
        ids: Returns the ids in what the function got.
    """

    action: Action
    send: Callable[[str], object] | None
    ids: Callable[[dict[str, Any]], list[str]]


class Function:
    """A function with an alias; it tells a queue what it got, and by which qualifier."""

    def __init__(self, client: Callable[[str], Any], make_function: Callable[..., str], name: str) -> None:
        self.client, self.name = client, name
        self.seen = client("sqs").create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": self.seen}})
        client("lambda").publish_version(FunctionName=name)
        self.live = client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]

    def allow(self, principal: str) -> None:
        for given in ({}, {"Qualifier": "live"}):
            self.client("lambda").add_permission(
                FunctionName=self.name,
                StatementId=principal.partition(".")[0],
                Action="lambda:InvokeFunction",
                Principal=principal,
                **given,
            )

    def received(self) -> list[tuple[dict[str, Any], str]]:
        """Return what has come since: each event, and the qualifier that it came by."""
        sqs = self.client("sqs")
        got: list[Any] = []
        while more := sqs.receive_message(QueueUrl=self.seen, MaxNumberOfMessages=10).get("Messages", []):
            got += more
            for message in more:
                sqs.delete_message(QueueUrl=self.seen, ReceiptHandle=message["ReceiptHandle"])
        bodies = [json.loads(message["Body"]) for message in got]
        return [(body["event"], AFTER if body["arn"].endswith(":live") else BEFORE) for body in bodies]


def bucket(function: Function) -> Source:
    s3, name = function.client("s3"), function.name
    function.allow("s3.amazonaws.com")
    s3.create_bucket(Bucket=name)
    entry = {"Id": "ours", "LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"LambdaFunctionConfigurations": [entry]}
    )
    return Source(
        PointNotification(name, function.arn, function.live, "000000000000", "ours"),
        lambda identity: s3.put_object(Bucket=name, Key=identity, Body=b""),
        lambda event: [each["s3"]["object"]["key"] for each in event["Records"]],
    )


def log_group(function: Function) -> Source:
    logs, name = function.client("logs"), f"/shop/{function.name}"
    function.allow("logs.amazonaws.com")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="all")
    logs.put_subscription_filter(logGroupName=name, filterName="ours", filterPattern="", destinationArn=function.arn)

    def send(identity: str) -> None:
        event = {"timestamp": 1_800_000_000_000, "message": identity}
        logs.put_log_events(logGroupName=name, logStreamName="all", logEvents=[event])

    def ids(event: dict[str, Any]) -> list[str]:
        said = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        return [each["message"] for each in said["logEvents"]]

    return Source(PointSubscriptionFilter(name, function.arn, function.live, "ours"), send, ids)


def state_machine(function: Function) -> Source:
    states, place = function.client("stepfunctions"), "/States/Charge/Resource"
    text = json.dumps(
        {"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": function.arn, "End": True}}}
    )
    machine = states.create_state_machine(
        name=function.name, definition=text, roleArn="arn:aws:iam::000000000000:role/states"
    )["stateMachineArn"]
    return Source(
        PointDefinition(function.name, {place: function.arn}, {place: function.live}, machine),
        lambda identity: states.start_execution(stateMachineArn=machine, input=json.dumps({"id": identity})),
        lambda event: [event["id"]],
    )


def rule(function: Function) -> Source:
    events, name = function.client("events"), function.name
    function.allow("events.amazonaws.com")
    before = {"Id": "ours", "Arn": function.arn}
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[before])

    def send(identity: str) -> None:
        events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": json.dumps({"id": identity})}])

    action = PointRule("default", name, "ours", before, {**before, "Arn": function.live})
    return Source(action, send, lambda event: [event["detail"]["id"]])


def _mapped(function: Function, source: str, **given: Any) -> PointMapping:
    made = function.client("lambda").create_event_source_mapping(
        FunctionName=function.arn, EventSourceArn=source, **given
    )
    return PointMapping(made["UUID"], source, function.arn, function.live)


def queue(function: Function) -> Source:
    sqs = function.client("sqs")
    url = sqs.create_queue(QueueName=f"{function.name}-jobs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Source(
        _mapped(function, arn),
        lambda identity: sqs.send_message(QueueUrl=url, MessageBody=identity),
        lambda event: [each["body"] for each in event["Records"] if each["eventSource"] == "aws:sqs"],
    )


def stream(function: Function) -> Source:
    kinesis, name = function.client("kinesis"), function.name
    kinesis.create_stream(StreamName=name, ShardCount=1)
    arn = kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]
    return Source(
        _mapped(function, arn, StartingPosition="TRIM_HORIZON"),
        lambda identity: kinesis.put_record(StreamName=name, Data=identity.encode(), PartitionKey="1"),
        lambda event: [base64.b64decode(each["kinesis"]["data"]).decode() for each in event["Records"]],
    )


def table(function: Function) -> Source:
    dynamodb, name = function.client("dynamodb"), function.name
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    return Source(
        _mapped(function, made["LatestStreamArn"], StartingPosition="TRIM_HORIZON"),
        lambda identity: dynamodb.put_item(TableName=name, Item={"id": {"S": identity}}),
        lambda event: [each["dynamodb"]["NewImage"]["id"]["S"] for each in event["Records"]],
    )


SOURCES = {
    "bucket": bucket,
    "log group": log_group,
    "rule": rule,
    "state machine": state_machine,
    "queue": queue,
    "stream": stream,
    "table": table,
}
"""What the embedded AWS delivers and one action points elsewhere; it has no pipe deliver to a function. Topics, HTTP
and REST APIs take several steps, and have tests of their own."""


@dataclass
class Traffic:
    """What all sources send and what of it arrives, by the sources' names.

    Attributes:
        sources: By their names.
        sent: The ids of each.
        arrived: How often each id came.
        by: How many came by each side.
    """

    sources: dict[str, Source]
    sent: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    arrived: Counter[str] = field(default_factory=Counter)
    by: Counter[tuple[str, str]] = field(default_factory=Counter)

    def deliver(self, stop: threading.Event) -> None:
        """Have each source send one event after the other."""
        while not stop.wait(0.2):
            for name, source in self.sources.items():
                self.sent[name].append(f"{name}-{len(self.sent[name])}")
                assert source.send is not None
                source.send(self.sent[name][-1])

    def take(self, received: list[tuple[dict[str, Any], str]]) -> None:
        for event, side in received:
            for identity in self._ids(event):
                self.arrived[identity] += 1
                self.by[identity.rpartition("-")[0], side] += 1

    def _ids(self, event: Any) -> list[str]:
        for source in self.sources.values():
            with contextlib.suppress(KeyError, TypeError):
                if ids := source.ids(event):
                    return ids
        raise TypeError(f"nobody sent {event}")

    @property
    def missing(self) -> set[str]:
        return {identity for ids in self.sent.values() for identity in ids} - self.arrived.keys()


@pytest.mark.long(25)
def test_there_and_back_twice_under_live_events_of_every_kind_loses_none(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    aws: Aws,
    record_property: Callable[[str, object], None],
) -> None:
    function = Function(client, make_function, unique)
    traffic = Traffic({name: make(function) for name, make in SOURCES.items()})
    stop = threading.Event()

    def more(side: str, than: Counter[tuple[str, str]]) -> bool:
        traffic.take(function.received())
        return all(traffic.by[name, side] >= than[name, side] + AT_EACH_SIDE for name in SOURCES)

    sending = threading.Thread(target=traffic.deliver, args=(stop,))
    sending.start()
    try:
        eventually(lambda: more(BEFORE, Counter()))
        for to, side in ((Observed.AFTER, AFTER), (Observed.BEFORE, BEFORE)) * 2:
            for source in traffic.sources.values():
                assert bring(source.action, aws, to)
            seen = Counter(traffic.by)
            eventually(lambda side=side, seen=seen: more(side, seen))  # type: ignore[misc]  # bound at once
    finally:
        stop.set()
        sending.join()
        print({name: len(ids) for name, ids in traffic.sent.items()}, dict(traffic.by))

    def whole() -> bool:
        traffic.take(function.received())
        return not traffic.missing

    eventually(whole)
    twice = {name for name, times in traffic.arrived.items() if times > 1}
    assert {name.rpartition("-")[0] for name in twice} <= AT_LEAST_ONCE
    record_property("sent", sum(map(len, traffic.sent.values())))
    record_property("twice", len(twice))


@pytest.mark.long(20)
def test_a_schedule_goes_on_firing_there_and_back(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str, aws: Aws
) -> None:
    """Every minute, which takes some seconds here, each time exactly one of the two."""
    function = Function(client, make_function, unique)
    scheduler = client("scheduler")
    trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = client("iam").create_role(
        RoleName=unique, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    scheduler.create_schedule(
        Name=unique,
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function.arn, "RoleArn": role, "Input": '{"id": "nightly"}'},
    )
    action = PointSchedule(unique, function.arn, function.live, "default")
    seen: list[str] = []

    def fired(side: str) -> bool:
        seen.extend(qualifier for _, qualifier in function.received())
        return seen[-1:] == [side]

    try:
        eventually(lambda: fired(BEFORE))
        bring(action, aws, Observed.AFTER)
        eventually(lambda: fired(AFTER))
        bring(action, aws, Observed.BEFORE)
        eventually(lambda: fired(BEFORE))
    finally:
        scheduler.delete_schedule(Name=unique)
    assert [side for side, earlier in zip(seen, ["", *seen], strict=False) if side != earlier] == [
        BEFORE,
        AFTER,
        BEFORE,
    ]
