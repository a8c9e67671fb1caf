"""Every form of answer that HTTP/1.1 knows is read, and nothing else is believed (RFC 9112)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from lambda_migrate.proxy.runtime.answer import read_answer
from lambda_migrate.proxy.runtime.failures import ServiceFailure
from lambda_migrate.proxy.runtime.wire import Reader
from tests.events import requests
from tests.proxy.service import Function, Received, Service, answer, function, silence
from tests.support.waiting import TIMEOUT

Serve = Callable[..., Service]
TEXT = (("content-type", "text/plain"),)
HELLO = answer(b"hello", headers=TEXT)


def body_of(handle: Function, event: Any = None) -> Any:
    found = handle(event or requests.rest_api())
    return found["statusCode"], found["body"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + HELLO, (200, "hello")),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3 \r\nllo\r\n0\r\nx: y\r\n\r\n",
            (200, "hello"),
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\ncontent-length: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            (200, "hello"),
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nhello", (200, "hello")),
        (b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello", (200, "hello")),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\ncontent-length: 5\r\n\r\nhello", (200, "hello")),
    ],
)
def test_every_form_of_answer_is_read(serve: Serve, reply: bytes, expected: Any) -> None:
    def once(_received: Received, sock: socket.socket) -> None:
        sock.sendall(reply)

    assert body_of(function(serve(once).url)) == expected


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\nx: y\n\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx y: z\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n x: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: \xff\ry\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length : 5\r\ncontent-length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nx: y\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\nb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\x00b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5x\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: \xc2\xb2\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: \x0b5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: \x0bchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    ],
)
def test_an_answer_that_is_none_is_a_bad_gateway_and_never_half_believed(serve: Serve, reply: bytes) -> None:
    def once(_received: Received, sock: socket.socket) -> None:
        sock.sendall(reply)

    assert body_of(function(serve(once).url)) == (502, '{"message": "Bad Gateway"}')


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"hello", headers=(*TEXT, ("connection", "close"))),
        b"HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        HELLO + b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_a_connection_that_ended_or_cannot_be_trusted_is_not_used_again(serve: Serve, reply: bytes) -> None:
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    assert [body_of(handle), body_of(handle)] == [(200, "hello"), (200, "hello")]
    assert service.connections == 2


@pytest.mark.parametrize("framing", [("content-length", "5"), ("transfer-encoding", "chunked")])
@pytest.mark.parametrize(
    ("method", "status"), [("GET", "204 No Content"), ("GET", "304 Not Modified"), ("HEAD", "200 OK")]
)
def test_a_body_announced_where_none_may_be_cannot_become_the_next_answer(
    serve: Serve, framing: tuple[str, str], method: str, status: str
) -> None:
    believed = threading.Event()

    def announce(received: Received, sock: socket.socket) -> None:
        sock.sendall(answer(status=status, headers=(framing,), length=False))
        if received.connection == 1:
            assert believed.wait(TIMEOUT)
            sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlie!")

    service = serve(announce)
    handle = function(service.url)

    first = body_of(handle, requests.rest_api(method))
    believed.set()
    assert [first, body_of(handle, requests.rest_api(method))] == [(int(status[:3]), "")] * 2
    assert service.connections == 2


def test_an_older_server_that_keeps_the_connection_is_believed(serve: Serve) -> None:
    reply = b"HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 5\r\n\r\nhello"
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    assert [body_of(handle), body_of(handle), service.connections] == [(200, "hello"), (200, "hello"), 1]


def test_a_large_body_goes_both_ways_in_any_piece_size(serve: Serve) -> None:
    def pieces(received: Received, sock: socket.socket) -> None:
        reply = answer(received.body, headers=TEXT)
        for start in range(0, len(reply), 77_777):
            sock.sendall(reply[start : start + 77_777])

    body = "parcel " * 700_000

    assert body_of(function(serve(pieces).url), requests.rest_api("POST", body=body)) == (200, body)


def test_blanks_before_a_colon_are_removed(serve: Serve) -> None:
    reply = b"HTTP/1.1 200 OK\r\ncontent-type \t: text/plain\r\nX-A : b\r\ncontent-length : 5\r\n\r\nhello"
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    found = [handle(requests.function_url()) for _ in range(2)]

    assert [(one["headers"], one["body"]) for one in found] == [
        ({"content-type": "text/plain", "x-a": "b"}, "hello")
    ] * 2
    assert service.connections == 1


@pytest.mark.parametrize("status", [408, 413, 500, 502, 503, 504, 599])
def test_a_connection_that_ends_behind_its_answer_is_not_used_again(serve: Serve, status: int) -> None:
    """Servers close it behind the 500 of an application that raised, a moment after the answer and without a word."""

    def close_a_moment_later(received: Received, sock: socket.socket) -> bytes | None:
        if received.target == "/raises":
            sock.sendall(answer(b"oops", f"{status} Oops"))
            return silence(received, sock)
        return HELLO

    service = serve(close_a_moment_later)
    handle = function(service.url)
    found = [
        handle(requests.rest_api("POST", path=path))["statusCode"] for _ in range(10) for path in ("/raises", "/orders")
    ]

    assert found == [status, 200] * 10
    assert [received.target for received in service.received] == ["/raises", "/orders"] * 10


def test_a_connection_behind_an_error_that_the_door_answered_is_used_again(serve: Serve) -> None:
    reply = answer(b"oops", "500 Oops", (("x-lambda-migrate-service", "1"),))
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    assert [body_of(handle)[0] for _ in range(3)] == [500] * 3
    assert service.connections == 1


@pytest.mark.parametrize(
    ("told", "connections"),
    [
        ("timeout=5", 1),
        ("timeout=5, max=100", 1),
        ("Timeout=60,Max=1", 1),
        ("timeout=x, max=", 1),
        ("timeout=99999999999999999999", 1),
        ("", 1),
        ("timeout=1", 3),
        ("timeout=0", 3),
        ("timeout=5, max=0", 3),
    ],
)
def test_a_server_that_tells_how_long_it_keeps_a_connection_is_believed(
    serve: Serve, told: str, connections: int
) -> None:
    reply = answer(b"hello", headers=(*TEXT, ("keep-alive", told)))
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url)

    assert [body_of(handle) for _ in range(3)] == [(200, "hello")] * 3
    assert service.connections == connections


def test_the_time_that_a_server_tells_is_counted_from_its_answer(serve: Serve) -> None:
    reply = answer(b"hello", headers=(*TEXT, ("keep-alive", "timeout=200")))
    service = serve(lambda _received, _sock: reply)
    handle = function(service.url, keepalive_idle="600")

    body_of(handle)
    before = time.monotonic()
    body_of(handle)
    (kept,) = handle.kept
    assert before + 199 <= kept.until <= time.monotonic() + 199
    handle.let_expire()
    body_of(handle)

    assert [received.connection for received in service.received] == [1, 1, 2]


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 5",
        b"Content-Length: 5\r\nServer: x\r\nDate: now",
        b"content-length: 5\r\nconnection: keep-alive",
        b"content-length: 5\r\nconnection: Keep-Alive, close",
        b"content-length: 5\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-empty:",
        b"content-length: 5\r\nx-name: Stra\xc3\x9fe",
        b"content-length: 5\r\nx-name: Stra\xdfe",
        b"content-length: 4",
        b"content-length: 6",
        b"content-length: 5\r\ncontent-length: 5",
        b"content-length: 5\r\ntransfer-encoding: chunked",
        b"content-length: 5\r\nx y: z",
        b"content-length: 5\r\nno colon",
        b"content-length: 5\r\nx: a\rb",
        b"content-length: 5\r\nx: a\x00b",
        b"content-length: 12345678901234567890",
        b"x: y",
    ],
)
@pytest.mark.parametrize("status", [b"200 OK", b"204 No Content", b"404", b"500 Oh", b"2x0 OK", b"2000 OK"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_that_came_whole_is_what_it_is_byte_by_byte(method: str, status: bytes, head: bytes) -> None:
    raw = b"HTTP/1.1 " + status + b"\r\n" + head + b"\r\n\r\nhello"

    for _ in range(2):  # names are remembered: the second time, all of them are known
        whole, dripped = (_read(raw, method, pieces) for pieces in (len(raw), 1))

        assert whole == dripped


def _read(raw: bytes, method: str, piece: int) -> Any:
    """Return what is read of an answer that comes in pieces of that size, or what is wrong with it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)

        class Dripping:
            def recv(self, _size: int) -> bytes:
                return ours.recv(piece)

            def __getattr__(self, name: str) -> Any:
                return getattr(ours, name)

        dripping: Any = Dripping()
        reader = Reader(dripping, time.monotonic() + TIMEOUT)
        try:
            found, reusable = read_answer(reader, method, 100)
        except ServiceFailure as failure:
            return type(failure), str(failure)
        # what stands behind an answer is seen only once it has come
        return found.status, found.headers, bytes(found.body), reusable and not ours.recv(1)
