"""A load balancer stands between the proxy and the service: what its own answers mean, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.events import non_http, requests
from tests.proxy.service import Function, Received, Service, answer, function

Serve = Callable[..., Service]

PAGE = b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body></body>\r\n</html>\r\n"
ITS_HEADERS = (
    ("Server", "awselb/2.0"),
    ("Date", "Mon, 23 Nov 2026 08:00:00 GMT"),
    ("Content-Type", "text/html"),
    ("Connection", "keep-alive"),
)
NO_TARGET = answer(PAGE, "503 Service Temporarily Unavailable", ITS_HEADERS)


def by_balancer(status: str, *more: tuple[str, str]) -> bytes:
    return answer(PAGE, status, (*ITS_HEADERS, *more))


def outcome(handle: Function, event: Any) -> Any:
    """Return who answered, or the status, or the name of the error."""
    try:
        found = handle(event)
    except Exception as failure:  # noqa: BLE001  # the name is what is compared
        return type(failure).__name__
    return found.get("answered by") or found.get("statusCode")


@pytest.mark.parametrize("event", [requests.rest_api(), requests.rest_api("POST", body="x"), non_http.sqs()])
def test_fallback_a_load_balancer_without_targets_gave_the_request_to_nobody(serve: Serve, event: Any) -> None:
    handle = function(serve(lambda _received, _sock: NO_TARGET).url, fallback="connect")

    assert outcome(handle, event) == "original"
    assert [(line["message"], line["error"], line["reason"]) for line in handle.lines] == [
        ("fell back", "no-target", "the load balancer has no target")
    ]
    assert [(line["Proxied"], line["Failed"], line["Fallback"], line["ServerErrors"]) for line in handle.lines] == [
        (0, 0, 1, 0)
    ]


@pytest.mark.parametrize("version", ["awselb/2.0", "AWSELB/2.0", "awselb/3.1"])
def test_fallback_whatever_version_the_load_balancer_has(serve: Serve, version: str) -> None:
    reply = answer(PAGE, "503 Service Temporarily Unavailable", (("server", version),))

    assert outcome(function(serve(lambda _r, _s: reply).url, fallback="connect"), requests.alb()) == "original"


@pytest.mark.parametrize(
    "reply",
    [
        by_balancer("502 Bad Gateway"),
        by_balancer("504 Gateway Time-out"),
        by_balancer("500 Internal Server Error"),
        by_balancer("429 Too Many Requests"),
        by_balancer("503 Service Unavailable", ("x-lambda-migrate-service", "1")),
        by_balancer("503 Service Unavailable", ("x-request-id", "17")),
        by_balancer("503 Service Unavailable", ("retry-after", "1")),
        by_balancer("503 Service Unavailable", ("set-cookie", "a=1")),
        by_balancer("503 Service Unavailable", ("server", "uvicorn")),
        answer(PAGE, "503 Service Unavailable", (("server", "nginx"),)),
        answer(PAGE, "503 Service Unavailable", (("server", "notawselb/2.0"),)),
        answer(PAGE, "503 Service Unavailable", (("x-server", "awselb/2.0"),)),
        answer(b'{"message":"Service Unavailable"}', "503 Service Unavailable"),
    ],
)
@pytest.mark.parametrize("event", [requests.alb("POST", body="x"), requests.alb(), non_http.sqs()])
def test_fallback_never_where_the_service_may_have_had_the_request(serve: Serve, reply: bytes, event: Any) -> None:
    service = serve(lambda _received, _sock: reply)

    found = outcome(function(service.url, fallback="connect"), event)

    assert found == ("ServiceError" if event == non_http.sqs() else int(reply[9:12]))
    assert len(service.received) == 1


def test_without_the_setting_the_caller_gets_the_load_balancers_answer(serve: Serve) -> None:
    handle = function(serve(lambda _received, _sock: NO_TARGET).url)

    found = handle(requests.alb())

    assert (found["statusCode"], found["body"]) == (503, PAGE.decode())
    assert outcome(handle, non_http.sqs()) == "ServiceWithoutTarget"


def test_fallback_never_where_an_earlier_attempt_may_have_got_through(serve: Serve) -> None:
    def lose_then_refuse(_received: Received, _sock: Any) -> bytes | None:
        return {1: answer(b"hello"), 2: None, 3: NO_TARGET}[len(service.received)]

    service = serve(lose_then_refuse)
    handle = function(service.url, fallback="connect")
    handle(requests.alb())

    assert outcome(handle, requests.alb()) == 502
    assert [line["message"] for line in handle.lines] == ["proxied", "failed"]


def test_what_the_door_marks_its_answers_with_does_not_reach_the_caller(serve: Serve) -> None:
    reply = answer(b"x", headers=(("x-lambda-migrate-service", "1"), ("content-type", "text/plain")))

    found = function(serve(lambda _received, _sock: reply).url)(requests.alb())

    assert found["headers"] == {"content-type": "text/plain"}
