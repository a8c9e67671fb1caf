"""Events that go to the service by a queue: planned, moved there and back twice under traffic, on the embedded AWS."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from lambda_migrate.config import Service
from lambda_migrate.engine.apply import bring
from lambda_migrate.inventory import take
from lambda_migrate.triggers import s3
from lambda_migrate.triggers.base import Destination
from tests.sandbox.receiving import REMEMBERS, consuming
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws

pytestmark = pytest.mark.sandbox

ACCOUNT = "000000000000"
AT_EACH_SIDE = 5
"""Events that have to arrive at a side before it is left again."""


def service_queue(client: Callable[[str], Any], name: str, principal: str, source: str) -> tuple[str, str]:
    """Return the URL and the ARN of a queue to which a source of this account may send."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": source}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = client("sqs").create_queue(QueueName=f"{name}-service", Attributes={"Policy": policy})["QueueUrl"]
    return str(url), f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}-service"


class AtTheFunction:
    """What a function has got, which it tells a queue."""

    def __init__(self, client: Callable[[str], Any], make_function: Callable[..., str], name: str) -> None:
        self._sqs = client("sqs")
        self._seen = self._sqs.create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.arn = make_function(REMEMBERS, Environment={"Variables": {"SEEN": self._seen}})
        self.events: list[Any] = []

    def look(self) -> list[Any]:
        for message in self._sqs.receive_message(QueueUrl=self._seen, MaxNumberOfMessages=10).get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._seen, ReceiptHandle=message["ReceiptHandle"])
            self.events.append(json.loads(message["Body"])["event"])
        return self.events


def without_what_differs(event: Any) -> Any:
    """Return a record without its time and what S3 draws for each object."""
    (record,) = event["Records"]
    kept = {name: value for name, value in record.items() if name not in ("eventTime", "responseElements")}
    return {**kept, "s3": {**record["s3"], "object": sorted(record["s3"]["object"])}}


def test_a_bucket_moves_to_a_queue_and_back_twice_under_uploads_and_loses_none(
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    record_property: Callable[[str, object], None],
) -> None:
    bucket, own = client("s3"), AtTheFunction(client, make_function, unique)
    url, queue = service_queue(client, unique, "s3.amazonaws.com", f"arn:aws:s3:::{unique}")
    client("lambda").add_permission(
        FunctionName=unique,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{unique}",
    )
    bucket.create_bucket(Bucket=unique)
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".json"}]
    entry = {"Id": "ours", "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    theirs = {"Id": "theirs", "Events": ["s3:ObjectRemoved:*"], "QueueArn": queue}
    bucket.put_bucket_notification_configuration(
        Bucket=unique,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{**entry, "LambdaFunctionArn": own.arn}],
            "QueueConfigurations": [theirs],
        },
    )

    def notifications() -> Any:
        found = bucket.get_bucket_notification_configuration(Bucket=unique)
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    before = notifications()
    found = take(aws, unique, alias="live")
    (trigger,) = (each for each in found.triggers if each.kind == "s3")
    looked = s3.look_up(aws, found.function, Service(s3_queues={unique: queue}), (trigger,))
    goal = Destination(
        "http://127.0.0.1:9",
        resources={"s3": looked},
        notified=frozenset({queue}),
        queues={"s3": {unique: queue}},
    )
    repoint = s3.to_service(trigger, found.function, goal)
    assert repoint is not None
    assert repoint.blockers == ()
    (step,) = repoint.steps
    sent: list[str] = []
    stop = threading.Event()

    def upload() -> None:
        while not stop.wait(0.05):
            sent.append(f"in/caf\u00e9 {len(sent)}.json")
            bucket.put_object(Bucket=unique, Key=sent[-1], Body=b"{}")
            bucket.put_object(Bucket=unique, Key=f"elsewhere/{len(sent)}.json", Body=b"{}")

    with consuming(url) as at_the_service:

        def more(side: Observed, than: int) -> bool:
            return arrived(side) >= than + AT_EACH_SIDE

        def arrived(side: Observed) -> int:
            return len(at_the_service if side is Observed.AFTER else own.look())

        uploads = threading.Thread(target=upload)
        uploads.start()
        try:
            eventually(lambda: more(Observed.BEFORE, 0))
            for side in (Observed.AFTER, Observed.BEFORE) * 2:
                assert bring(step.action, aws, side)
                seen = arrived(side)
                eventually(lambda side=side, seen=seen: more(side, seen))  # type: ignore[misc]  # bound at once
        finally:
            stop.set()
            uploads.join()

        def keys() -> Counter[str]:
            events = [*at_the_service, *own.look()]
            return Counter(each["Records"][0]["s3"]["object"]["key"] for each in events)

        eventually(lambda: sum(keys().values()) >= len(sent))
        counted = keys()

    assert notifications() == before
    assert {key.count("%C3%A9+") for key in counted} == {1}
    assert len(counted) == len(sent)
    assert without_what_differs(at_the_service[0]) == without_what_differs(own.events[0])
    record_property("sent", len(sent))
    record_property("twice", sum(times - 1 for times in counted.values()))


@pytest.mark.long(30)
def test_a_schedule_brings_the_service_what_it_brought_the_function_with_and_without_an_input(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str
) -> None:
    own, scheduler = AtTheFunction(client, make_function, unique), client("scheduler")
    url = client("sqs").create_queue(QueueName=f"{unique}-service")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{unique}-service"
    text = '{"id":  "nightly", "at": "<aws.scheduler.scheduled-time>", "n": [1.50]}'
    arns = {}
    for name, given in {f"{unique}-in": {"Input": text}, f"{unique}-none": {}}.items():
        target = {"Arn": own.arn, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/callers", **given}
        arns[name] = scheduler.create_schedule(
            Name=name,
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        )["ScheduleArn"]
    before = {name: scheduler.get_schedule(Name=name)["Target"] for name in arns}

    def of_both(events: list[Any]) -> dict[bool, Any]:
        return {"nightly" in json.dumps(event): event for event in events}

    try:
        first = eventually(lambda: complete(of_both(own.look())))
        with consuming(url) as at_the_service:
            for name, arn in arns.items():
                assert bring(SendSchedule(name, own.arn, queue, "default", arn), aws, Observed.AFTER)
            second = eventually(lambda: complete(of_both(at_the_service)))
            for name, arn in arns.items():
                assert bring(SendSchedule(name, own.arn, queue, "default", arn), aws, Observed.BEFORE)
        after = {name: scheduler.get_schedule(Name=name)["Target"] for name in arns}
    finally:
        for name in arns:
            scheduler.delete_schedule(Name=name)
    assert after == before
    assert {name: shape(event) for name, event in second.items()} == {
        name: shape(event) for name, event in first.items()
    }


def complete(events: dict[bool, Any]) -> dict[bool, Any] | None:
    return events if len(events) == 2 else None  # with and without an input


def shape(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event without what each firing has of its own; MiniStack sends an empty detail as a structure."""
    return {name: str(value) for name, value in event.items() if name not in ("id", "time", "at", "detail")} | {
        "at": len(event.get("at", ""))
    }
