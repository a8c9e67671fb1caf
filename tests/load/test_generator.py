"""A load that is open: requests come when they are due, and a service whose capacity is known turns where it should."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.http import Answer, Client, HttpError
from lambda_migrate.load.generator import Generator
from lambda_migrate.load.reads import Read
from lambda_migrate.load.turning import Limits, turned, turning
from tests.support.listening import Handler, listening

READS = (Read("GET /a", "GET", "/a", (("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y"))),)
CAPACITY = 25.0
"""Requests a second that the service of these tests answers: it does one at a time."""


@dataclass
class Service:
    """Stands in for a client of a service: answers with `status` after `seconds`, one at a time where `alone`."""

    status: int = 200
    stall: tuple[int, float] = (0, 0.0)
    sent: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def send(self, method: str, url: str, *, headers: dict[str, str], timeout: float, limit: int) -> Answer:
        assert 0 < timeout <= 10 < limit
        with self._counting:
            self.sent.append((method, url, headers))
            number = len(self.sent)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if number == self.stall[0]:
            threading.Event().wait(self.stall[1])
        with self._counting:
            self.under_way -= 1
        if not self.status:
            raise HttpError("cannot be reached: connection refused", "ConnectError")
        return Answer(self.status)


def generator(service: Any, at_once: int = 64, url: str = "http://service.example.com") -> Generator:
    return Generator(service, url, READS, at_once)


def test_a_header_that_is_not_ascii_is_sent_as_the_proxy_sends_it() -> None:
    seen: list[str | None] = []

    class Named(Handler):
        def serve(self) -> None:
            seen.append(self.headers["x-name"])
            self.answer(200)

    read = Read("GET /a", "GET", "/a", (("x-name", "Zoë"),))
    with listening(Named) as url, Client() as client:
        step = Generator(client, url, (read,), 1).step(10.0, 0.2, lambda: "")

    assert (step.sent, step.statuses) == (2, {200: 2})
    assert [(each or "").encode("latin-1").decode() for each in seen] == ["Zoë", "Zoë"]


def test_a_request_that_cannot_be_made_counts_as_one_without_an_answer() -> None:
    def sign(_read: Read) -> dict[str, str]:
        raise ValueError("no key")

    step = Generator(Service(), "http://service.example.com", READS, 4, sign).step(50.0, 0.2, lambda: "")

    assert (step.sent, step.errors) == (10, 10)
    assert turned(step, step, Limits()) == "10 of 10 requests failed"


@dataclass
class Queue:
    """Stands in for a client of a service that answers one request at a time, `CAPACITY` a second, in its own time.

    Whoever sends has a clock that stands where its sleep ended, the one thread that waits for answers another, which
    stands where the last answer came.
    """

    rate: float
    sender: int = field(default_factory=threading.get_ident)
    clock: float = 0.0
    free: float = 0.0
    sent: int = 0

    def now(self) -> float:
        return self.clock if threading.get_ident() == self.sender else self.free

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def send(self, *_request: Any, **_options: Any) -> Answer:
        self.free = max(self.free, self.sent / self.rate) + 1 / CAPACITY
        self.sent += 1
        return Answer(200)


def test_the_turning_rate_of_a_service_whose_capacity_is_known_is_found_within_a_step() -> None:
    limits, steps = Limits(), []
    for rate in (CAPACITY / 4, CAPACITY / 2, CAPACITY * 2, CAPACITY * 4):
        queue = Queue(rate)
        steps.append(Generator(queue, "http://a", READS, 1, now=queue.now, sleep=queue.sleep).step(rate, 4, lambda: ""))
        if turned(steps[-1], steps[0], limits):
            break
    found = turning(steps, limits, searched=True)

    assert (found.result, found.holds, found.turns) == ("pass", CAPACITY / 2, CAPACITY * 2), steps
    assert [(step.sent, step.errors) for step in steps] == [(25, 0), (50, 0), (200, 0)]
    assert [step.latency["p99"] for step in steps] == [40.0, 40.0, 3980.0]


def test_requests_that_were_due_during_a_stall_waited_through_it() -> None:
    step = generator(Service(stall=(5, 0.5)), at_once=1).step(50, 1.0, lambda: "")

    assert (step.sent, step.errors) == (50, 0)
    assert step.latency["p95"] > 100  # a closed load would have seen one slow answer of fifty
    assert 400 < step.latency["max"] < 5000


def test_no_more_are_under_way_than_is_allowed() -> None:
    service = Service(stall=(1, 0.2))

    generator(service, at_once=3).step(200, 0.5, lambda: "")

    assert service.most <= 3


@pytest.mark.parametrize("status", [0, 429, 503])
def test_a_rate_is_given_up_at_a_share_of_errors(status: int) -> None:
    service = Service(status)

    step = generator(service).step(200, 30.0, lambda: "")

    assert 20 <= step.sent < 600  # a tenth of all
    assert (step.errors, step.stopped, step.statuses) == (
        step.sent,
        f"{step.sent} of {step.sent} requests failed",
        {status: step.sent},
    )


def test_other_refusals_are_counted_apart() -> None:
    step = generator(Service(404)).step(100, 0.3, lambda: "")

    assert (step.errors, step.refused, step.stopped) == (0, 30, "")


def test_it_stops_when_it_is_told_to() -> None:
    service, began = Service(), time.monotonic()

    step = generator(service).step(100, 600.0, lambda: "the service's health check fails" if len(service.sent) else "")

    assert step.stopped == "the service's health check fails"
    assert (len(service.sent) < 100, time.monotonic() - began < 60) == (True, True)


def test_headers_that_come_twice_are_one_line() -> None:
    service = Service()

    generator(service).step(10, 0.1, lambda: "")

    assert service.sent == [("GET", "http://service.example.com/a", {"cookie": "a=1; b=2", "accept": "x, y"})]
