from __future__ import annotations

import threading
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from lambda_migrate.sandbox.demo import traffic
from lambda_migrate.sandbox.demo.front_door import Answer, Request, failure
from lambda_migrate.sandbox.demo.traffic import DemoTraffic, Events, Requests, Summary
from lambda_migrate.sandbox.sample import deploy
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


@pytest.mark.long(25)
@pytest.mark.sandbox
def test_without_a_migration_everything_is_answered_and_delivered_once_by_the_function(aws: Aws) -> None:
    deployment = deploy(aws, name=f"orders-{uuid4().hex[:8]}")
    before = threading.active_count()

    with DemoTraffic(aws, deployment, requests_per_second=12, events_per_second=12) as running:
        eventually(lambda: min(running.counts["requests"], running.counts["events"]) > 9, 60)

    assert threading.active_count() <= before
    summary = running.summary()
    sent, events = summary.requests.sent, summary.events.sent
    assert (sent, events) == (running.counts["requests"], running.counts["events"])
    assert summary == Summary(
        requests=Requests(sent=sent, failed=0, by_function=sent, by_service=0),
        events=Events(sent=events, delivered=events, lost=0, duplicated=0, by_function=events, by_service=0),
        failures=(),
        lost=(),
        duplicates={},
    )


def test_the_account_tells_of_losses_and_duplicates() -> None:
    journal = {
        "request#r1": ["function"],
        "request#r2": ["service"],
        "request#of-somebody-else": ["service"],
        "sns#e1": ["function"],
        "sns#e2": ["function", "service"],
        "sqs#e3": ["service", "service", "service"],
    }
    events = {"sns#e1", "sns#e2", "sqs#e3", "eventbridge#e4"}

    summary = traffic.account(journal, {"r1", "r2", "r3", "r4"}, events, {"r3": "read an order: 502"})

    assert summary.to_dict() == {
        "requests": {"sent": 4, "failed": 2, "by_function": 1, "by_service": 1},
        "events": {"sent": 4, "delivered": 3, "lost": 1, "duplicated": 2, "by_function": 2, "by_service": 2},
        "failures": ("read an order: 502", "request r4: answered, and never noted"),
        "lost": ("eventbridge#e4",),
        "duplicates": {"sns": f"1: {traffic.WHY_TWICE['sns']}", "sqs": f"1: {traffic.WHY_TWICE['sqs']}"},
    }


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(200, {"a": ["1"]}, b'{"right": true}'), ""),
        (Answer(502, {"a": ["1"]}, b'{"right": true}'), 'read: 502 {"right": true}'),
        (Answer(200, {"a": ["1"]}, b'{"right": false}'), 'read: 200 {"right": false}'),
        (Answer(200, {}, b"no json"), "read: 200 no json"),
        (ConnectionResetError("gone"), "read: ConnectionResetError: gone"),
    ],
)
def test_an_answer_is_right_in_every_part_or_a_failure(answer: Answer | OSError, problem: str) -> None:
    request = Request(
        "read", "GET", "/", HTTPStatus.OK, lambda got: got.headers["a"] == ["1"] and got.document["right"]
    )

    assert failure(request, answer) == problem
