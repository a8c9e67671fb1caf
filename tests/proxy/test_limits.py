"""Nothing is longer or later than what stands in front of the function takes."""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lambda_migrate.proxy.runtime import connection
from lambda_migrate.proxy.runtime.body import json_size
from lambda_migrate.proxy.runtime.deadline import deadline
from lambda_migrate.proxy.runtime.settings import ProxySettings
from tests.events import non_http, requests
from tests.proxy.service import Context, Function, Received, Service, answer, function, silence

Serve = Callable[..., Service]
BINARY = (("content-type", "image/png"),)
TEXT = (("content-type", "text/plain"),)
LIMIT = 3.0
"""Seconds that Lambda gives the function, half of which the proxy leaves unused: room for a machine that is loaded."""
GIVES_UP = {"deadline_margin": "1.5"}


def pause(seconds: float = 0.02) -> None:
    """Let a service that a test serves take its time."""
    threading.Event().wait(seconds)


class Left(Context):
    """A context whose clock stands still."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._left = seconds

    def get_remaining_time_in_millis(self) -> int:
        return round(self._left * 1000)


def as_the_runtime_writes(result: Any) -> int:
    return len(json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a",
        "é" * 9,
        "☕" * 70_000,
        '"\\\n\x00' * 20_000,
        "😀" * 70_000,
        "a" * 200_000,
        "\ud800" * 9,
        *map(chr, range(130)),
    ],
)
@pytest.mark.parametrize("encoded", [True, False])
def test_a_result_is_measured_as_the_runtime_will_write_it(body: str, encoded: bool) -> None:
    text = "aaaa" * len(body) if encoded else body
    result = {"statusCode": 200, "headers": {"é": '"'}, "body": text, "isBase64Encoded": encoded}

    if sys.version_info >= (3, 12) and "\ud800" in text:
        return
    assert json_size(result, 0) == as_the_runtime_writes(result)


def test_any_text_is_measured_to_the_byte() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    some = random.Random(seed)
    ranges = ((0, 0x80), (0, 0x300), (0x2000, 0x2100), (0x1F600, 0x1F650), (0xD800, 0xE000))
    for _ in range(2_000):
        text = "".join(chr(some.randrange(*some.choice(ranges))) for _ in range(some.randrange(40)))
        # from Python 3.12 on the runtime cannot write half a pair at all
        text = text.encode("utf-8", "replace").decode() if sys.version_info >= (3, 12) else text
        result = {"statusCode": 200, "headers": {}, "body": text, "isBase64Encoded": False}
        assert json_size(result, 0) == as_the_runtime_writes(result), text


@pytest.mark.parametrize(
    ("event", "limit"),
    [(requests.rest_api(), 6_291_556), (requests.function_url(), 6_291_556), (requests.alb(), 1_048_576)],
)
@pytest.mark.parametrize("headers", [BINARY, TEXT])
def test_the_largest_answer_passes_and_one_more_byte_is_a_clear_bad_gateway(
    serve: Serve, event: Any, limit: int, headers: Any
) -> None:
    sizes = [0]
    service = serve(lambda _received, _sock: answer(b"a" * sizes[-1], headers=headers))
    handle = function(service.url)
    overhead = as_the_runtime_writes(handle(event))
    largest = (limit - overhead) // 4 * 3 if headers is BINARY else limit - overhead - len("true")
    sizes.append(largest - 6)
    assert handle(event)["statusCode"] == 200

    sizes.append(limit)
    found = handle(event)

    assert found["statusCode"] == 502
    assert json.loads(found["body"])["message"] == "Bad Gateway"
    assert "bytes" in json.loads(found["body"])["detail"]
    assert [line.get("error") for line in handle.lines] == [None, None, "too-large"]


def test_an_answer_that_only_its_escapes_make_too_large_is_noticed(serve: Serve) -> None:
    service = serve(lambda _received, _sock: answer(b"\x01" * 1_100_000, headers=TEXT))

    found = function(service.url)(requests.rest_api())

    assert found["statusCode"] == 502
    assert json.loads(found["body"])["detail"].startswith("the answer makes 66001")


def test_a_length_beyond_the_limit_is_not_even_read(serve: Serve) -> None:
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
    service = serve(lambda _received, _sock: reply)

    started = time.monotonic()
    assert function(service.url)(requests.rest_api())["statusCode"] == 502
    assert time.monotonic() - started < 15  # the service never sends it: reading would last for the whole invocation


@pytest.mark.parametrize("event", [requests.rest_api(), requests.alb(), requests.function_url()])
def test_a_service_that_takes_too_long_is_a_gateway_timeout_before_lambda_gives_up(serve: Serve, event: Any) -> None:
    service = serve(silence)
    started = time.monotonic()

    found = function(service.url, **GIVES_UP)(event, seconds=LIMIT)

    assert (found["statusCode"], json.loads(found["body"])) == (504, {"message": "Gateway Timeout"})
    assert time.monotonic() - started < LIMIT


def test_the_deadline_holds_against_a_dripping_answer(serve: Serve) -> None:
    def drip(_received: Received, sock: socket.socket) -> None:
        for byte in answer(b"x" * 5_000):
            sock.sendall(bytes([byte]))
            pause()

    started = time.monotonic()

    assert function(serve(drip).url, **GIVES_UP)(requests.rest_api(), seconds=LIMIT)["statusCode"] == 504
    assert 1 < time.monotonic() - started < LIMIT


def test_the_deadline_holds_against_a_dripping_body(serve: Serve) -> None:
    def drip(_received: Received, sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")
        for _ in range(5_000):
            sock.sendall(b"x")
            pause()

    started = time.monotonic()

    assert function(serve(drip).url, **GIVES_UP)(requests.rest_api(), seconds=LIMIT)["statusCode"] == 504
    assert time.monotonic() - started < LIMIT


def test_the_deadline_holds_against_a_service_that_does_not_read() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    started = time.monotonic()

    found = function(f"http://127.0.0.1:{listener.getsockname()[1]}", **GIVES_UP)(
        requests.rest_api("POST", body="x" * 6_000_000), seconds=LIMIT
    )

    listener.close()
    assert (found["statusCode"], time.monotonic() - started < LIMIT) == (504, True)


@pytest.mark.parametrize("earlier", [0, 1])
def test_without_any_time_left_nothing_is_sent(service: Service, earlier: int) -> None:
    handle = function(service.url)
    for _ in range(earlier):
        handle(requests.alb())

    assert (handle(requests.alb(), seconds=0)["statusCode"], len(service.received)) == (504, earlier)


def test_other_events_raise_when_the_deadline_passes(serve: Serve) -> None:
    service = serve(silence)

    with pytest.raises(Exception, match="did not answer in time") as raised:
        function(service.url)(non_http.sqs(), seconds=2)

    assert type(raised.value).__name__ == "ServiceTimeout"


@pytest.mark.parametrize(
    ("seconds", "settings", "cap", "expected"),
    [
        (900.0, {}, None, 895.0),
        (30.0, {}, 28.5, 28.5),
        (10.0, {}, 28.5, 9.5),
        (3.0, {}, None, 2.75),
        (0.4, {}, None, 0.2),
        (0.0, {}, 28.5, 0.0),
        (10.0, {"deadline_margin": 4.0}, None, 6.0),
        (10.0, {"deadline_margin": 40.0}, None, 5.0),
    ],
)
def test_a_margin_is_kept_for_lambda_and_a_cap_for_api_gateway(
    seconds: float, settings: Any, cap: float | None, expected: float
) -> None:
    before = time.monotonic()

    found = deadline(Left(seconds), ProxySettings(**settings), cap)

    assert before + expected - 1e-6 <= found <= time.monotonic() + expected


def test_a_context_without_a_clock_means_the_longest_invocation() -> None:
    before = time.monotonic()

    found = deadline(object(), ProxySettings(), 28.5)

    assert before + 28.5 <= found <= time.monotonic() + 28.5


def test_only_api_gateway_gives_up_early(serve: Serve) -> None:
    def slow(received: Received, sock: socket.socket) -> bytes | None:
        if received.connection <= 2:
            return silence(received, sock)
        pause(0.5)
        return answer(b"x", headers=TEXT)

    service = serve(slow)
    handle = function(service.url, api_timeout="0.2")

    statuses = [handle(make())["statusCode"] for make in (requests.rest_api, requests.http_api_2, requests.alb)]
    assert [*statuses, handle(requests.function_url())["statusCode"]] == [504, 504, 200, 200]


@pytest.fixture
def silent() -> Iterator[Any]:
    """Give an address that never answers: its queue of connections is full."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for sock in waiting:
        sock.setblocking(False)
        sock.connect_ex(full.getsockname())
    yield full.getsockname()
    for sock in [full, *waiting]:
        sock.close()


def test_connecting_has_a_time_limit_of_its_own(silent: Any) -> None:
    handle = function(f"http://127.0.0.1:{silent[1]}", connect_timeout="0.2")
    started = time.monotonic()

    found = handle(requests.rest_api())

    assert (found["statusCode"], handle.lines[0]["reason"]) == (502, "connection timed out")
    assert time.monotonic() - started < 15


def leading_to(handle: Function, *addresses: Any) -> list[str]:
    """Let the host have these addresses; return what is asked of the resolver."""
    asked: list[str] = []

    def resolve(host: str, _port: int, _deadline: float) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    handle.proxy._service = connection.Service(handle.proxy.settings, resolve)
    return asked


def test_with_a_fallback_all_attempts_share_the_time_of_one_and_leave_the_rest_to_the_original(silent: Any) -> None:
    handle = function("http://service.internal", connect_timeout="0.2", fallback="connect")
    asked = leading_to(handle, silent)

    found = handle(requests.rest_api())

    assert (found["answered by"], asked, handle.lines[-1]["error"]) == ("original", ["service.internal"], "unreachable")


def test_an_address_that_never_answers_leaves_time_for_the_next(service: Service, silent: Any) -> None:
    handle = function("http://service.internal", connect_timeout="2", fallback="connect")
    leading_to(handle, silent, ("127.0.0.1", service.port))

    assert handle(requests.rest_api())["statusCode"] == 200
