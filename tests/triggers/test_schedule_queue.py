"""Schedules that reach the service by a queue."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from lambda_migrate.config import Service
from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import scheduler, sqs
from lambda_migrate.triggers.base import Destination, Repoint, Trigger
from tests.inventory.fake_aws import FakeAws
from tests.triggers import known

ARN = f"arn:aws:scheduler:{known.REGION}:schedule/default/nightly"
NAME = "default/nightly"
QUEUE = f"arn:aws:sqs:{known.REGION}:orders-schedules"
ROLE = "arn:aws:iam::123456789012:role/callers"
MAY = {f"queue {NAME}": "", f"role {NAME}": ""}
READY = Destination(
    "https://orders.example.com",
    resources={"scheduler": MAY},
    notified=frozenset({QUEUE}),
    queues={"scheduler": {NAME: QUEUE}},
)


def schedule(**changed: Any) -> Trigger[scheduler.Settings]:
    about = {"source": ARN, "group": "default", "schedule": "nightly", "role": ROLE, "target": known.qualified("live")}
    return Trigger("scheduler", ARN, NAME, "live", scheduler.Settings(**{**about, **changed}))


def moved(destination: Destination = READY, **changed: Any) -> Repoint:
    repoint = scheduler.to_service(schedule(**changed), known.ORDERS, destination)
    assert repoint is not None
    return repoint


def test_its_target_becomes_the_queue_whose_metrics_judge_it() -> None:
    repoint = moved()

    (step,) = repoint.steps
    assert action_to_dict(step.action) == {
        "kind": "send_schedule",
        "name": "nightly",
        "before": known.qualified("live"),
        "after": QUEUE,
        "group": "default",
        "arn": ARN,
    }
    assert (step.propagation, repoint.blockers, repoint.warnings) == (60.0, (), ())
    assert (repoint.source_metrics, scheduler.source_metrics(schedule())) == (sqs.queue_metrics(QUEUE), None)


@pytest.mark.parametrize("given", [{"Input": '{"id":  "nightly", "n": 1.50}'}, {}])
def test_there_and_back_its_input_is_what_it_was(given: dict[str, str]) -> None:
    action = moved().steps[0].action
    assert isinstance(action, SendSchedule)
    before = {"Name": "nightly", "Target": {"Arn": known.qualified("live"), "RetryPolicy": {}, **given}}

    there = action.merged(before, QUEUE)

    sent = json.loads(there["Target"]["Input"])
    assert (action.ours(before), action.ours(there)) == (known.qualified("live"), QUEUE)
    assert list(sent) == ["event"]
    assert sent["event"].get("source", "aws.scheduler") == "aws.scheduler"
    assert action.merged(there, known.qualified("live")) == before
    other = {**there, "Target": {**there["Target"], "Input": "theirs"}}
    assert action.ours(other) == f"{QUEUE}, not in the envelope of the service"


def test_without_a_queue_of_its_own_it_stays_on_the_alias() -> None:
    assert scheduler.to_service(schedule(), known.ORDERS, replace(READY, queues={"s3": {NAME: QUEUE}})) is None


def test_a_universal_target_is_not_moved() -> None:
    repoint = moved(named={"/FunctionName": "orders"})

    assert (repoint.steps, [each.gate for each in repoint.blockers]) == ((), ["schedule-universal"])
    assert not repoint.blockers[0].acceptable


@pytest.mark.parametrize(
    ("changed", "gates"),
    [
        ({f"role {NAME}": "its role `callers` may not"}, ["caller-not-permitted"]),
        ({f"queue {NAME}": "it is gone"}, ["queue-refuses"]),
        ({f"start {NAME}": "it has a start in the past"}, ["schedule-already-started"]),
        ({f"no dead letters {NAME}": QUEUE}, []),
    ],
)
def test_what_would_lose_events_is_a_gate(changed: dict[str, str], gates: list[str]) -> None:
    repoint = moved(replace(READY, resources={"scheduler": MAY | changed}))

    assert [each.gate for each in repoint.blockers] == gates
    assert bool(repoint.warnings) is not bool(gates)


def test_what_nobody_has_looked_at_is_a_gate() -> None:
    gates = [each.gate for each in moved(replace(READY, resources={}, notified=frozenset())).blockers]

    assert gates == ["queue-without-consumer", "queue-refuses", "caller-not-permitted"]


def looked(decision: str = "allowed", queue: str = QUEUE, **changed: Any) -> dict[str, str]:
    asked: list[Any] = []

    def simulate(**given: Any) -> Any:
        asked.append((given["PolicySourceArn"], given["ActionNames"], given["ResourceArns"]))
        return {"EvaluationResults": [{"EvalActionName": "sqs:SendMessage", "EvalDecision": decision}]}

    aws: Any = FakeAws(
        {
            "sqs:get_queue_url": lambda **_asked: {"QueueUrl": "https://sqs/orders"},
            "sqs:get_queue_attributes": lambda **_asked: {"Attributes": {"RedrivePolicy": "{}"}},
            "iam:simulate_principal_policy": simulate,
        },
        now=lambda: 1_800_000_000.0,
    )
    service = Service(schedule_queues={NAME: queue})
    told = scheduler.look_up(aws, known.ORDERS, service, (schedule(**changed),))
    assert asked == [(ROLE, ["sqs:SendMessage"], [queue])]
    return told


def test_its_role_is_asked_whether_it_may_send() -> None:
    assert looked() == MAY
    assert looked("implicitDeny")[f"role {NAME}"] == (
        "its role `callers` may not send to the queue, so its events would be lost;"
        f" allow it sqs:SendMessage on {QUEUE}"
    )


def test_a_fifo_queue_and_a_start_in_the_past_are_told() -> None:
    told = looked(queue=f"{QUEUE}.fifo", start=1.0)

    assert told[f"queue {NAME}"] == "a schedule sets no message group, which FIFO queues require"
    assert told[f"start {NAME}"].startswith("schedule `default/nightly` has a start in the past")


def test_what_cannot_be_read_is_never_taken_for_open() -> None:
    def refused(**_asked: Any) -> Any:
        raise NotAllowed("not allowed", hint="")

    aws: Any = FakeAws({"sqs:get_queue_url": refused, "iam:simulate_principal_policy": refused}, now=lambda: 0.0)

    assert scheduler.look_up(aws, known.ORDERS, Service(schedule_queues={NAME: QUEUE}), (schedule(),)) == {
        f"queue {NAME}": "not allowed",
        f"role {NAME}": (
            "could not check whether its role `callers` may send to the queue: not allowed;"
            f" allow it sqs:SendMessage on {QUEUE}, then accept this"
        ),
    }
