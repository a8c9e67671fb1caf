"""Events other than HTTP requests reach the service whole, and its answer or failure comes back as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.events import non_http
from tests.proxy.service import Context, Received, Service, answer, function

if TYPE_CHECKING:
    import socket

Serve = Callable[..., Service]


def returning(serve: Serve, body: bytes, status: str = "200 OK") -> Service:
    return serve(lambda _received, _sock: answer(body, status, (("content-type", "application/json"),)))


def raised(serve: Serve, body: bytes, status: str = "500 Internal Server Error") -> tuple[str, str]:
    """Return what Lambda would report as the type and message of the error."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # the name and the message are compared by the caller
        function(returning(serve, body, status).url)(non_http.sqs())
    return type(caught.value).__name__, str(caught.value)


@pytest.mark.parametrize("name", non_http.OTHERS)
def test_every_event_arrives_whole_and_its_answer_comes_back(serve: Serve, name: str) -> None:
    def echo_event(received: Received, _sock: socket.socket) -> bytes:
        return answer(json.dumps(json.loads(received.body)["event"]).encode())

    service = serve(echo_event)

    assert function(service.url)(non_http.OTHERS[name]) == non_http.OTHERS[name]
    received = service.received[0]
    assert (received.method, received.target) == ("POST", "/lambda-proxy-non-api-events")
    assert received.own == [
        ("host", f"127.0.0.1:{service.port}"),
        ("content-type", "application/json"),
        ("idempotency-key", Context.aws_request_id),
        ("content-length", str(len(received.body))),
    ]


@pytest.mark.parametrize("event_type", ["CONNECT", "MESSAGE", "DISCONNECT"])
def test_a_websocket_gets_what_the_service_says_and_a_failure_refuses_it(serve: Serve, event_type: str) -> None:
    refused = {"statusCode": 403}

    assert function(returning(serve, json.dumps(refused).encode()).url)(non_http.websocket(event_type)) == refused
    with pytest.raises(Exception, match="answered 403"):
        function(returning(serve, b"no", "403 Forbidden").url)(non_http.websocket(event_type))


def test_an_event_carries_the_trace_of_its_invocation(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")

    function(service.url)(non_http.sqs())

    assert service.received[0].headers["x-amzn-trace-id"] == "Root=1-2-3"


@pytest.mark.parametrize(
    "written",
    [
        '{"n":123456789012345678901234567890}',
        '{"f":0.1}',
        '{"f":1e+22}',
        '{"f":-0.0}',
        '["\\ud800","\\u0000","☕"]',
        '{"b":1,"a":2}',
    ],
)
def test_numbers_text_and_order_are_kept_as_they_were(service: Service, written: str) -> None:
    function(service.url)(json.loads(written))

    assert (
        service.received[0].body
        == b'{"event":' + json.dumps(json.loads(written), separators=(",", ":")).encode() + b"}"
    )


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        "",
        0,
        {"batchItemFailures": [{"itemIdentifier": "5f0c2b1e-0001"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}, {"wrong": 1}]},
        {"principalId": "17", "policyDocument": {"Statement": []}},
        {"statusCode": 200, "body": "verbatim"},
        12345678901234567890123,
    ],
)
def test_the_answer_is_returned_verbatim_partial_batches_too(serve: Serve, value: Any) -> None:
    assert function(returning(serve, json.dumps(value).encode()).url)(non_http.sqs()) == value


@pytest.mark.parametrize("written", ["NaN", "[Infinity, -Infinity]", '{"mean": NaN}'])
def test_numbers_that_only_lambdas_runtime_writes_are_returned_as_well(serve: Serve, written: str) -> None:
    assert json.dumps(function(returning(serve, written.encode()).url)(non_http.sqs())) == written


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "204 No Content"])
def test_an_empty_answer_is_null(serve: Serve, status: str) -> None:
    assert function(returning(serve, b"", status).url)(non_http.sqs()) is None


def test_the_error_type_of_the_handler_becomes_the_name_of_the_exception(serve: Serve) -> None:
    body = json.dumps({"errorType": "ParcelLost", "errorMessage": "17 is gone"}).encode()

    assert raised(serve, body) == ("ParcelLost", "17 is gone")


@pytest.mark.parametrize("name", ["botocore.errorfactory.NoSuchKey", "ParcelLost!", "Año", "None"])
def test_any_readable_name_will_do(serve: Serve, name: str) -> None:
    assert raised(serve, json.dumps({"errorType": name, "errorMessage": {"a": 1}}).encode()) == (name, '{"a": 1}')


@pytest.mark.parametrize("name", ["", "a\nb", 17, None, "x" * 300, "\ud800", ["a"]])
def test_a_name_that_cannot_be_one_is_not_used(serve: Serve, name: Any) -> None:
    assert raised(serve, json.dumps({"errorType": name, "errorMessage": "m"}).encode())[0] == "ServiceError"


@pytest.mark.parametrize("status", ["302 Found", "400 Bad", "404 Not Found", "413 Too Large", "500 Oops", "503 Busy"])
def test_anything_but_success_raises_with_status_and_cause(serve: Serve, status: str) -> None:
    assert raised(serve, b"no\x00t today", status) == ("ServiceError", f"the service answered {status[:3]}: no t today")


def test_a_long_cause_is_cut(serve: Serve) -> None:
    assert len(raised(serve, b"x" * 50_000)[1]) < 1_100


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{",
        b"nan",
        b"[Infinite]",
        b"\xff",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b"{} {}",
    ],
)
def test_an_answer_that_is_no_json_raises(serve: Serve, body: bytes) -> None:
    assert raised(serve, body, "200 OK") == ("ServiceProtocolError", "the service's answer is not valid JSON")


def test_an_answer_too_large_for_lambda_raises(serve: Serve) -> None:
    assert raised(serve, json.dumps("x" * 6_291_555).encode(), "200 OK")[0] == "ServiceAnswerTooLarge"


def test_an_unreachable_service_raises() -> None:
    with pytest.raises(Exception, match="connection refused") as caught:
        function("http://127.0.0.1:1")(non_http.sqs())

    assert type(caught.value).__name__ == "ServiceUnreachable"


def test_a_failure_that_may_have_been_received_is_never_repeated(serve: Serve) -> None:
    service = serve(lambda _received, _sock: None)

    with pytest.raises(Exception, match="ended before the answer did") as caught:
        function(service.url)(non_http.sqs())

    assert (type(caught.value).__name__, len(service.received)) == ("ServiceConnectionLost", 1)


def test_the_failures_are_accounted_for_without_what_the_service_said(serve: Serve) -> None:
    body = json.dumps({"errorType": "ParcelLost", "errorMessage": "a secret"}).encode()
    by_handler = function(returning(serve, body, "500 Oops").url)
    by_proxy = function(returning(serve, b"a secret", "404 Not Found").url)
    for handle in (by_handler, by_proxy):
        with pytest.raises(Exception, match="a secret"):
            handle(non_http.sqs())

    assert [line | {"level": ""} for line in by_handler.told + by_proxy.told] == [
        {"level": "", "message": "proxied", "kind": "event", "error": "handler-error", "reason": "ParcelLost"}
        | {"Proxied": 1, "Failed": 0, "Fallback": 0, "ServerErrors": 0, "ClientErrors": 0, "Requests": 0},
        {"level": "", "message": "failed", "kind": "event", "error": "service-error"}
        | {"Proxied": 0, "Failed": 1, "Fallback": 0, "ServerErrors": 0, "ClientErrors": 0, "Requests": 0},
    ]
    assert "secret" not in "".join(by_handler.logged + by_proxy.logged)
