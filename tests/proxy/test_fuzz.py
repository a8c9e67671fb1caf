"""Never raises, never lies: any JSON as an event, any bytes as an answer."""

from __future__ import annotations

import contextlib
import email.errors
import http.client
import io
import json
import socket
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_migrate.proxy.runtime.answer import read_answer
from lambda_migrate.proxy.runtime.failures import ServiceFailure
from lambda_migrate.proxy.runtime.message import Answer
from lambda_migrate.proxy.runtime.shapes import classify
from lambda_migrate.proxy.runtime.wire import Reader
from tests.events import requests
from tests.proxy.service import Context, Function, function

pytestmark = pytest.mark.fuzz

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=300)

words = st.sampled_from(
    [
        *(
            "requestContext",
            "elb",
            "http",
            "version",
            "1.0",
            "2.0",
            "httpMethod",
            "path",
            "rawPath",
            "raw_path",
            "method",
        ),
        *(
            "headers",
            "multiValueHeaders",
            "body",
            "isBase64Encoded",
            "cookies",
            "queryStringParameters",
            "Records",
            "cf",
        ),
        *(
            "request",
            "connectionId",
            "eventType",
            "type",
            "methodArn",
            "domainName",
            "serviceArn",
            "identity",
            "sourceIp",
        ),
        *(
            "multiValueQueryStringParameters",
            "rawQueryString",
            "host",
            "content-length",
            "GET",
            "/x",
            "POST",
            "CONNECT",
        ),
    ]
)
half_characters = st.sampled_from(["\ud800", "a\udc80b"])  # JSON can hold them, UTF-8 cannot
numbers = st.integers() | st.floats(allow_nan=False)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=20) | half_characters | words
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | half_characters | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)
doors = st.sampled_from([*requests.FRONT_DOORS.values(), requests.edge])


class Mirror:
    """Stands in for the service: answers 200 whatever it gets, at once."""

    def exchange(self, message: Any, _deadline: float, _most: int, *_read: Any) -> Answer:
        head = message.render()
        first, *lines = head.decode().split("\r\n")
        assert head.isascii() or head.decode()
        assert len(first.split(" ")) == 3
        assert lines[-2:] == ["", ""]
        assert all(": " in line or line.endswith(":") for line in lines[:-2])
        return Answer(200, [("content-type", "application/json")], json.dumps(len(message.body)).encode())


def mirrored() -> Function:
    handle = function("http://127.0.0.1:1")
    handle.proxy._service = Mirror()  # type: ignore[assignment]
    return handle


HANDLE = mirrored()


def invoke(event: Any) -> Any:
    """Invoke and return the result, which must be writable as JSON as the runtime writes it."""
    result = HANDLE.proxy(event, Context())
    json.dumps(result, allow_nan=False)
    return result


@QUIET
@given(json_values)
def test_any_json_value_has_a_class_and_an_answer(event: Any) -> None:
    result = invoke(event)

    if classify(event).read is not None:
        assert result.get("statusCode") in (200, 400) or result["status"] == "400"


@QUIET
@given(doors, st.data())
def test_any_field_of_a_request_may_hold_anything(door: Any, data: st.DataObject) -> None:
    event = door()
    for name in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=3, unique=True)):
        event[name] = data.draw(json_values)
    context = event.get("requestContext")
    if isinstance(context, dict) and context:
        context[data.draw(st.sampled_from(sorted(context)))] = data.draw(json_values)

    invoke(event)


@QUIET
@given(doors, st.data())
def test_no_mistake_of_the_proxy_itself_is_hidden_behind_an_error_answer(door: Any, data: st.DataObject) -> None:
    event = door()
    event[data.draw(st.sampled_from(sorted(event)))] = data.draw(json_values)

    result = invoke(event)

    if isinstance(result, dict):
        assert result.get("statusCode") != 500


def test_a_deeply_nested_event_is_an_answer_for_a_request_and_a_failure_for_anything_else() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}

    assert HANDLE.proxy(requests.rest_api(stageVariables=deep), Context())["statusCode"] == 500
    with contextlib.suppress(RecursionError):
        HANDLE.proxy({"deep": deep}, Context())


class Recorded:
    """A socket on which these bytes arrive in pieces of this size."""

    def __init__(self, content: bytes, piece: int) -> None:
        self._stream = io.BytesIO(content)
        self._piece = piece

    def settimeout(self, _seconds: float) -> None:
        pass

    def recv(self, most: int) -> bytes:
        return self._stream.read(min(most, self._piece))

    def recv_into(self, view: memoryview) -> int:
        chunk = self._stream.read(min(len(view), self._piece))
        view[: len(chunk)] = chunk
        return len(chunk)

    def makefile(self, _mode: str) -> io.BytesIO:
        return self._stream

    def sendall(self, _content: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def read_by_us(content: bytes, method: str, piece: int) -> tuple[int, bytes] | None:
    reader = Reader(Recorded(content, piece), time.monotonic() + 60)  # type: ignore[arg-type]
    try:
        found, _ = read_answer(reader, method, 10_000)
    except ServiceFailure:
        return None
    return found.status, bytes(found.body)


def read_by_the_library(content: bytes, method: str) -> tuple[int, bytes] | None:
    found = http.client.HTTPResponse(Recorded(content, 0), method=method)  # type: ignore[arg-type]
    try:
        found.begin()
        body = found.read()
    except (http.client.HTTPException, ValueError, OSError, email.errors.MessageError):
        return None
    return found.status, body


lines = st.sampled_from(
    [
        *(b"content-length: 5", b"Content-Length: 0", b"transfer-encoding: chunked"),
        *(b"connection: close", b"x: y", b"x:", b": y", b" folded", b"no colon", b"content-length: x", b"\xff: \xfe"),
    ]
)
statuses = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 204 X", b"HTTP/1.0 200 OK", b"HTTP/1.1 100 Continue", b"HTTP/9"]
)
bodies = st.sampled_from(
    [b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"5;x\r\nhello\r\n0\r\ny: z\r\n\r\n", b"", b"z"]
) | st.binary(max_size=30)
answers = st.builds(
    lambda status, head, body: b"\r\n".join([status, *head, b"", b""]) + body,
    statuses,
    st.lists(lines, max_size=4),
    bodies,
)


@QUIET
@given(st.binary(max_size=300) | answers, st.sampled_from(["GET", "HEAD"]), st.sampled_from([1, 2, 7, 65_536]))
def test_random_bytes_as_an_answer_never_raise_anything_but_a_failure_of_the_service(
    content: bytes, method: str, piece: int
) -> None:
    read_by_us(content, method, piece)


@QUIET
@given(answers, st.sampled_from(["GET", "HEAD"]), st.sampled_from([1, 7, 65_536]))
def test_what_is_accepted_is_what_the_standard_library_reads_too(content: bytes, method: str, piece: int) -> None:
    ours = read_by_us(content, method, piece)

    # the library expects chunks even where RFC 9112 (6.3) says that there is no body
    if ours is not None and not (b" 204 " in content and b"transfer-encoding" in content):
        assert ours == read_by_the_library(content, method)


@QUIET
@given(st.integers(200, 599), st.binary(max_size=200), st.integers(1, 40), st.booleans())
def test_every_proper_answer_is_read_whatever_the_pieces(status: int, body: bytes, piece: int, chunked: bool) -> None:
    if status in (204, 304):
        body = b""
    framed = f"{len(body):X}\r\n".encode() + body + b"\r\n0\r\n\r\n" if chunked and body else b"0\r\n\r\n"
    framing = b"transfer-encoding: chunked" if chunked else f"content-length: {len(body)}".encode()
    content = f"HTTP/1.1 {status} X\r\n".encode() + framing + b"\r\n\r\n" + (framed if chunked else body)

    assert read_by_us(content, "GET", piece) == (status, body)


def test_random_bytes_from_a_real_socket_are_a_bad_gateway() -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\x16\x03\x01\x02\x00 not http at all")
    theirs.close()

    with ours, pytest.raises(ServiceFailure) as failed:
        read_answer(Reader(ours, time.monotonic() + 60), "GET", 100)

    assert failed.value.status == 502
