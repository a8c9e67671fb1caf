"""After so many refusals in a row, the fallback does not wait for the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_migrate.proxy.runtime import connection
from lambda_migrate.proxy.runtime.breaker import Breaker
from tests.events import non_http, requests
from tests.proxy.service import Function, Service, answer, function

Serve = Callable[..., Service]
GONE = "http://127.0.0.1:1"
OWN = (("server", "awselb/2.0"),)


class Clock:
    """Tells what time the test says it is."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def with_clock(handle: Function, refusals: int = 3, seconds: float = 5.0) -> Clock:
    clock = Clock()
    handle.proxy._breaker = Breaker(refusals, seconds, clock)
    return clock


def errors(handle: Function) -> list[Any]:
    return [line.get("error") for line in handle.lines]


def test_it_opens_after_so_many_refusals_and_tries_again_when_its_time_has_passed() -> None:
    handle = function(GONE, fallback="connect")
    clock = with_clock(handle)

    for event in [requests.alb(), non_http.sqs(), requests.alb(), requests.alb(), non_http.sqs()]:
        assert handle(event)["answered by"] == "original"
    clock.now += 4.9
    handle(requests.alb())
    clock.now += 0.1
    for _ in range(2):
        handle(requests.alb())

    refused, barred = "unreachable", "breaker-open"
    assert errors(handle) == [refused, refused, refused, barred, barred, barred, refused, barred]


def test_what_it_barred_is_counted_as_a_fallback_and_by_a_metric_of_its_own() -> None:
    handle = function(GONE, fallback="connect", breaker_refusals="1")
    for _ in range(2):
        handle(requests.alb())

    assert handle.told[1] == {
        "level": "WARN",
        "message": "fell back",
        "kind": "alb",
        "error": "breaker-open",
        "Proxied": 0,
        "Failed": 0,
        "Fallback": 1,
        "ServerErrors": 0,
        "ClientErrors": 0,
        "Requests": 1,
        "BreakerOpen": 1,
    }
    assert {"Name": "BreakerOpen", "Unit": "Count"} in handle.lines[1]["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert "BreakerOpen" not in handle.lines[0]


def test_a_load_balancer_without_targets_opens_it_too(serve: Serve) -> None:
    service = serve(lambda _received, _sock: answer(b"", "503 X", OWN))
    handle = function(service.url, fallback="connect", breaker_refusals="2")

    for _ in range(5):
        handle(requests.alb())

    assert len(service.received) == 2


def test_any_answer_closes_it(serve: Serve) -> None:
    replies = {3: answer(b"", "500 Oops"), 6: None, 9: answer(b"", "404 Not Found")}
    refusal = answer(b"", "503 X", OWN)
    service = serve(lambda _received, _sock: replies.get(len(service.received), refusal))
    handle = function(service.url, fallback="connect")
    with_clock(handle, refusals=3)

    for _ in range(13):
        handle(requests.alb("POST"))

    refused = ["no-target", "no-target"]
    assert errors(handle) == [
        *refused,
        None,
        *refused,
        "connection-lost",
        *refused,
        None,
        *refused,
        "no-target",
        "breaker-open",
    ]


def test_one_event_alone_tries_again_while_the_others_go_on_without() -> None:
    clock = Clock()
    breaker = Breaker(1, 5.0, clock)
    breaker.refused()
    clock.now += 5.0

    assert [breaker.bars() for _ in range(3)] == [False, True, True]
    breaker.reached()
    assert [breaker.bars() for _ in range(3)] == [False, False, False]


def test_without_a_fallback_every_event_asks_the_service() -> None:
    handle = function(GONE, breaker_refusals="1")
    for _ in range(3):
        assert handle(requests.alb())["statusCode"] == 502

    assert errors(handle) == ["unreachable"] * 3


def test_zero_refusals_never_open_it() -> None:
    handle = function(GONE, fallback="connect", breaker_refusals="0")
    for _ in range(8):
        handle(requests.alb())

    assert errors(handle) == ["unreachable"] * 8


def test_the_probe_asks_in_any_case(service: Service) -> None:
    handle = function(GONE, fallback="connect", breaker_refusals="1")
    handle(requests.alb())
    handle.proxy._service = connection.Service(function(service.url).proxy.settings)

    assert handle(requests.alb())["answered by"] == "original"
    assert handle({"lambda-migrate": {"probe": 1}})["lambda-migrate"]["status"] == 200


def test_what_the_original_raises_tells_nothing_of_the_refusal() -> None:
    handle = function(GONE, fallback="connect", original_handler="json.loads")

    try:
        handle(non_http.sqs())
    except TypeError as raised:
        assert raised.__context__ is None  # noqa: PT017  # what it was raised during is what is looked at
    else:
        raise AssertionError
