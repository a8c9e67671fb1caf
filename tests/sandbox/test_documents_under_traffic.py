"""Callers that stand in a document, pointed at the alias and back, twice, while they deliver: nothing is lost."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.base import Observed
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
AT_EACH_SIDE = 5
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
        got = sqs.receive_message(QueueUrl=self.seen, MaxNumberOfMessages=10).get("Messages", [])
        for message in got:
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


@pytest.mark.parametrize("make", [bucket, log_group, state_machine])
def test_there_and_back_twice_under_live_events_loses_none(
    make: Callable[[Function], Source],
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    aws: Aws,
    record_property: Callable[[str, object], None],
) -> None:
    function = Function(client, make_function, unique)
    source = make(function)
    sent: list[str] = []
    arrived: Counter[str] = Counter()
    by: Counter[str] = Counter()
    stop = threading.Event()

    def deliver() -> None:
        while not stop.wait(0.05):
            sent.append(f"event-{len(sent)}")
            assert source.send is not None
            source.send(sent[-1])

    def more(side: str, than: int) -> bool:
        for event, qualifier in function.received():
            arrived.update(source.ids(event))
            by.update([qualifier])
        return by[side] >= than + AT_EACH_SIDE

    traffic = threading.Thread(target=deliver)
    traffic.start()
    try:
        eventually(lambda: more(BEFORE, 0))
        for to, side in ((Observed.AFTER, AFTER), (Observed.BEFORE, BEFORE)) * 2:
            assert bring(source.action, aws, to)
            seen = by[side]
            eventually(lambda side=side, seen=seen: more(side, seen))  # type: ignore[misc]  # bound at once
    finally:
        stop.set()
        traffic.join()
    eventually(lambda: more(BEFORE, -AT_EACH_SIDE) and arrived.keys() >= set(sent))

    assert set(sent) - arrived.keys() == set()
    assert len(sent) >= 5 * AT_EACH_SIDE
    record_property("sent", len(sent))
    record_property("twice", sum(times - 1 for times in arrived.values()))


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
