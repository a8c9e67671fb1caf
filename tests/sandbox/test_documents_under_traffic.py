"""Callers of every kind that is delivered here, pointed at the alias and back, twice, while they deliver."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.engine.apply import bring
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.triggers import kind_of, policy
from tests.cli.every_caller import STAY, EveryCaller
from tests.sandbox.live_sources import Source, sources
from tests.sandbox.receiving import REMEMBERS
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

BEFORE, AFTER = "$LATEST", "the alias"
AT_EACH_SIDE = 2
"""Events that have to arrive at a side before it is left again."""

TWICE = {
    "sqs": "the batch that was under way",
    "kinesis": "the batch that was under way",
    "dynamodb": "the batch that was under way",
    "sns": "both subscriptions deliver until the first one is parked",
}
"""Kinds of which something may come twice, and why (docs/triggers.md)."""


class Received:
    """What a function tells a queue: each event, and the qualifier that it came by."""

    def __init__(self, client: Callable[[str], Any], name: str) -> None:
        self.client = client
        self.queue = client("sqs").create_queue(QueueName=f"{name}-seen")["QueueUrl"]
        self.environment = {"Variables": {"SEEN": self.queue}}

    def take(self) -> list[tuple[dict[str, Any], str]]:
        """Return what has come since."""
        sqs = self.client("sqs")
        got: list[Any] = []
        while more := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            got += more
            entries = [{"Id": str(place), "ReceiptHandle": each["ReceiptHandle"]} for place, each in enumerate(more)]
            sqs.delete_message_batch(QueueUrl=self.queue, Entries=entries)
        bodies = [json.loads(message["Body"]) for message in got]
        return [(body["event"], BEFORE if body["version"] == "$LATEST" else AFTER) for body in bodies]


@dataclass
class Traffic:
    """What all sources send and what of it arrives, by the sources' names.

    Attributes:
        sources: By their kinds.
        sent: The ids of each.
        arrived: How often each id came.
        by: How many came by each side.
    """

    sources: dict[str, Source]
    sent: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    arrived: Counter[str] = field(default_factory=Counter)
    by: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: list[BaseException] = field(default_factory=list)

    @contextlib.contextmanager
    def delivering(self) -> Iterator[None]:
        """Have each source send one event after the other."""
        stop = threading.Event()

        def deliver() -> None:
            try:
                while not stop.wait(0.3):
                    for kind, source in self.sources.items():
                        self.sent[kind].append(f"{kind}-{len(self.sent[kind])}")
                        source.send(self.sent[kind][-1])
            except BaseException as error:  # noqa: BLE001  # the test says so
                self.failed.append(error)

        sending = threading.Thread(target=deliver)
        sending.start()
        try:
            yield
        finally:
            stop.set()
            sending.join()
            print({kind: len(ids) for kind, ids in self.sent.items()}, dict(self.by), self.failed)

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
        assert event.get("Step") == "testSecret", f"nobody sent {event}"  # a rotation that is written
        return []

    @property
    def missing(self) -> set[str]:
        return {identity for ids in self.sent.values() for identity in ids} - self.arrived.keys()


def planned(aws: Aws, name: str) -> Plan:
    """Return what points every trigger of the function at its alias, with the permissions that this takes.

    Nothing waits for AWS here, and nothing is left in place for what AWS may still be trying.
    """
    seen = inventory.take(aws, name, alias="live")
    function, live = seen.function, seen.function.qualified_arn("live")
    grants = [
        Step("", GrantPermission(name, "live", policy.clone(statement, live)))
        for statement in function.qualified[""].policy
        if not policy.source(statement).url
    ]
    repoints = [kind_of(each).to_alias(each, function, "live") for each in seen.triggers]
    moves = [step for each in repoints if each for step in (*each.preparation, *each.steps)]
    steps = (
        replace(step, id=f"{number:02}-{step.action.kind}", propagation=0.0, lingers=0.0)
        for number, step in enumerate((*grants, *moves), start=1)
    )
    return Plan("cutover", function.arn, seen.fingerprint, tuple(steps))


@pytest.mark.long(40)
def test_there_and_back_twice_under_live_events_of_every_kind_loses_none(
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
    aws: Aws,
    embedded_aws: EmbeddedAws,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    received = Received(client, unique)
    every = EveryCaller(client, make_function, unique, REMEMBERS, Environment=received.environment)
    traffic = Traffic(sources(every, embedded_aws.endpoint_url))
    before = every.documents()

    def more(side: str, than: Counter[tuple[str, str]]) -> bool:
        assert traffic.failed == []
        traffic.take(received.take())
        moving = [kind for kind in traffic.sources if kind not in STAY]
        return all(traffic.by[kind, side] >= than[kind, side] + AT_EACH_SIDE for kind in moving)

    with traffic.delivering():
        eventually(lambda: more(BEFORE, Counter()))
        for time in ("first", "second"):
            identity = Identity("000000000000", "us-east-1", every.arn)
            with Ledger.open(tmp_path / f"{time}.yaml", identity, command="cutover", by="alice") as ledger:
                executor = Executor(ledger, aws)
                for go, side in ((partial(executor.run, planned(aws, unique)), AFTER), (executor.rollback, BEFORE)):
                    go()
                    seen = Counter(traffic.by)
                    eventually(lambda side=side, seen=seen: more(side, seen))  # type: ignore[misc]  # bound at once

    def whole() -> bool:
        traffic.take(received.take())
        return not traffic.missing

    eventually(whole)
    twice = Counter(identity.rpartition("-")[0] for identity, times in traffic.arrived.items() if times > 1)
    assert twice.keys() <= TWICE.keys()
    after = json.loads(json.dumps(every.documents(), default=str))
    assert {
        kind: each for kind, each in after.items() if each != json.loads(json.dumps(before[kind], default=str))
    } == {}
    record_property("sent", sum(map(len, traffic.sent.values())))
    record_property("twice", dict(twice))


@pytest.mark.long(20)
def test_a_schedule_goes_on_firing_there_and_back(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str, aws: Aws
) -> None:
    """Every minute, which takes some seconds here, each time exactly one of the two."""
    received = Received(client, unique)
    arn = make_function(REMEMBERS, Environment=received.environment)
    client("lambda").publish_version(FunctionName=unique)
    live = client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion="1")["AliasArn"]
    scheduler = client("scheduler")
    trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = client("iam").create_role(
        RoleName=unique, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    scheduler.create_schedule(
        Name=unique,
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role, "Input": '{"id": "nightly"}'},
    )
    action = PointSchedule(unique, arn, live, "default")
    seen: list[str] = []

    def fired(side: str) -> bool:
        seen.extend(qualifier for _, qualifier in received.take())
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
