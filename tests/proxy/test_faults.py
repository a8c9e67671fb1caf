"""What can happen to a connection, and that nothing is received twice which must not be."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lambda_migrate.proxy.runtime import connection
from tests.events import non_http, requests
from tests.proxy.service import Function, Received, Service, answer, echo, function, silence
from tests.support.waiting import TIMEOUT, eventually

Serve = Callable[..., Service]
TEXT = (("content-type", "text/plain"),)
HELLO = answer(b"hello", headers=TEXT)


def reset(sock: socket.socket) -> None:
    """Close with a reset instead of an end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def body_of(handle: Function, event: Any = None) -> Any:
    found = handle(event or requests.rest_api())
    return found["statusCode"], found["body"]


def test_one_connection_serves_many_requests(service: Service) -> None:
    handle = function(service.url)

    for _ in range(20):
        assert handle(requests.rest_api())["statusCode"] == 200

    assert service.connections == 1


def test_after_any_failure_the_next_request_finds_a_clean_connection(serve: Serve) -> None:
    cut_off = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"
    replies = iter([cut_off, b"", b"garbage\r\n\r\n", HELLO + b"stray", HELLO])

    def once(_received: Received, sock: socket.socket) -> None:
        sock.sendall(next(replies))

    handle = function(serve(once).url)

    assert [body_of(handle)[0] for _ in range(5)] == [502, 502, 502, 200, 200]


@pytest.mark.parametrize("kind", ["end", "reset", "garbage", "request timeout"])
@pytest.mark.parametrize("event", [requests.rest_api(), requests.rest_api("POST", body="x"), non_http.sqs()])
def test_a_connection_that_died_while_idle_is_not_used_again(serve: Serve, kind: str, event: Any) -> None:
    idle = threading.Event()

    def answer_then_die(received: Received, sock: socket.socket) -> bytes | None:
        if received.connection > 1:
            return answer(b"{}")
        sock.sendall(answer(b"{}"))
        assert idle.wait(TIMEOUT)
        if kind == "reset":
            reset(sock)
        elif kind == "garbage":
            sock.sendall(b"x")
            silence(received, sock)
        elif kind == "request timeout":
            sock.sendall(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n")
        return None

    service = serve(answer_then_die)
    handle = function(service.url)
    handle(event)
    (kept,) = handle.kept
    idle.set()
    eventually(kept.readable)

    handle(event)

    assert (service.connections, len(service.received)) == (2, 2)


def test_a_connection_idle_for_too_long_is_not_used_again(service: Service) -> None:
    handle = function(service.url, keepalive_idle="50")

    handle(requests.rest_api())
    before = time.monotonic()
    handle(requests.rest_api())
    (kept,) = handle.kept
    assert before + 50 <= kept.until <= time.monotonic() + 50
    handle.let_expire()
    handle(requests.rest_api())

    assert [received.connection for received in service.received] == [1, 1, 2]


@pytest.mark.parametrize("death", ["end", "reset"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_a_safe_request_on_a_used_connection_is_sent_once_more_freshly_signed(
    serve: Serve, method: str, death: str
) -> None:
    def die_on_second(received: Received, sock: socket.socket) -> bytes | None:
        if len(service.received) == 2:
            return None if death == "end" else reset(sock)
        return HELLO if received.method != "HEAD" else answer(headers=TEXT)

    service = serve(die_on_second)
    handle = function(service.url)

    handle(requests.rest_api())
    assert handle(requests.rest_api(method))["statusCode"] == 200

    ids = [received.headers["x-lambda-migrate-request-id"] for received in service.received]
    assert [received.connection for received in service.received] == [1, 1, 2]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("death", ["end", "reset"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_any_other_request_is_never_sent_again(serve: Serve, method: str, death: str) -> None:
    def die_on_second(_received: Received, sock: socket.socket) -> bytes | None:
        if len(service.received) == 2:
            return None if death == "end" else reset(sock)
        return HELLO

    service = serve(die_on_second)
    handle = function(service.url)
    handle(requests.rest_api())

    assert handle(requests.rest_api(method))["statusCode"] == 502
    assert handle(requests.rest_api(method))["statusCode"] == 200
    assert len(service.received) == 3


def test_an_event_is_never_sent_again(serve: Serve) -> None:
    service = serve(lambda _received, _sock: None if len(service.received) == 2 else answer(b"{}"))
    handle = function(service.url)
    handle(non_http.sqs())

    with pytest.raises(Exception, match="ended before") as caught:
        handle(non_http.sqs())

    assert (type(caught.value).__name__, len(service.received)) == ("ServiceConnectionLost", 2)


def test_a_safe_request_is_not_sent_again_once_a_byte_of_the_answer_came(serve: Serve) -> None:
    def start_then_die(_received: Received, sock: socket.socket) -> bytes | None:
        if len(service.received) == 2:
            sock.sendall(b"H")
            return None
        return HELLO

    service = serve(start_then_die)
    handle = function(service.url)
    handle(requests.rest_api())

    assert (handle(requests.rest_api())["statusCode"], len(service.received)) == (502, 2)


def test_a_safe_request_on_a_fresh_connection_is_not_sent_again(serve: Serve) -> None:
    service = serve(lambda _received, _sock: None)

    assert (function(service.url)(requests.rest_api())["statusCode"], len(service.received)) == (502, 1)


def test_a_timeout_is_not_sent_again_even_on_a_used_connection(serve: Serve) -> None:
    def slow_second(received: Received, sock: socket.socket) -> bytes | None:
        return silence(received, sock) if len(service.received) == 2 else HELLO

    service = serve(slow_second)
    handle = function(service.url)
    handle(requests.rest_api())

    assert (handle(requests.rest_api(), seconds=2)["statusCode"], len(service.received)) == (504, 2)


def test_connecting_is_tried_again_until_the_service_is_there(service: Service) -> None:
    handle = function(service.url)
    tries: list[str] = []

    def there_at_last(host: str, port: int, deadline: float) -> Any:
        tries.append(host)
        return connection.addresses_of(host, port if len(tries) == 3 else 1, deadline)

    handle.proxy._service = connection.Service(handle.proxy.settings, there_at_last)

    assert (handle(requests.rest_api("POST"))["statusCode"], len(tries), len(service.received)) == (200, 3, 1)


REFUSING = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))
NO_FAMILY_OF_THIS_SYSTEM = (9_999, socket.SOCK_STREAM, 6, "", ("::1", 1))


@pytest.mark.parametrize("first", [REFUSING, NO_FAMILY_OF_THIS_SYSTEM])
def test_the_next_address_of_a_host_is_tried_when_one_cannot_be_reached(service: Service, first: Any) -> None:
    handle = function(service.url)

    def two(_host: str, port: int, deadline: float) -> Any:
        return [first, *connection.addresses_of("127.0.0.1", port, deadline)]

    handle.proxy._service = connection.Service(handle.proxy.settings, two)

    assert handle(requests.rest_api())["statusCode"] == 200


def test_a_service_that_stays_away_is_given_up_after_three_tries_in_a_moment() -> None:
    started = time.monotonic()

    assert function("http://127.0.0.1:1")(requests.rest_api())["statusCode"] == 502
    assert time.monotonic() - started < 10  # the invocation would have lasted for twice that


def test_an_answer_that_comes_before_the_request_was_read_is_used() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    handle = function(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def refuse_early() -> None:
        sock, _ = listener.accept()
        sock.recv(100)
        sock.sendall(answer(b"too much", "413 Content Too Large", TEXT))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65_536):
            pass
        sock.close()

    threading.Thread(target=refuse_early, daemon=True).start()

    assert body_of(handle, requests.rest_api("POST", body="x" * 5_000_000)) == (413, "too much")
    listener.close()


def no_such_name(*_arguments: Any, **_options: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_that_does_not_resolve_is_a_bad_gateway() -> None:
    handle = function("http://nowhere.localhost")
    handle.proxy._service = connection.Service(handle.proxy.settings, no_such_name)

    assert body_of(handle)[0] == 502
    assert (handle.lines[0]["error"], handle.lines[0]["reason"]) == ("unreachable", "name not resolved")


def test_a_name_is_resolved_by_the_system_and_a_failure_is_passed_on() -> None:
    addresses = connection.addresses_of("localhost", 80, time.monotonic() + 5)

    assert {address[4][0] for address in addresses} <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError, match="not known"):
        connection.addresses_of("nowhere.localhost", 80, time.monotonic() + 5, no_such_name)


def test_a_resolver_that_never_answers_does_not_outlast_the_deadline() -> None:
    over = threading.Event()

    def never(*_arguments: Any, **options: Any) -> Any:
        if "flags" in options:
            no_such_name()
        over.wait(TIMEOUT)

    with pytest.raises(TimeoutError):
        connection.addresses_of("localhost", 80, time.monotonic() + 0.1, never)

    over.set()


def test_two_threads_never_share_a_connection(serve: Serve) -> None:
    together = threading.Barrier(8)

    def echo_together(received: Received, sock: socket.socket) -> bytes:
        together.wait(TIMEOUT)
        return echo(received, sock)

    service = serve(echo_together)
    handle = function(service.url)

    with ThreadPoolExecutor(8) as pool:
        targets = [f"/parcels/{number}" for number in range(80)]
        found = list(pool.map(lambda path: handle(requests.alb(path=path))["body"], targets))

    assert [json.loads(body)["target"] for body in found] == targets
    assert service.connections == 8
