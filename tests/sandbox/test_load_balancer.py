"""The load balancer answers for a service that is not there, as AWS's does."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lambda_migrate.sandbox.load_balancer import LoadBalancer
from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def target(reply: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            reply(self)

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(url: str, path: str = "/orders") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", path, b"two teapots", {"X-Forwarded-For": "203.0.113.9"})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def page(status: int, title: str) -> tuple[int, dict[str, str], bytes]:
    text = f"{status} {title}"
    body = (
        f"<html>\r\n<head><title>{text}</title></head>\r\n<body>\r\n<center><h1>{text}</h1></center>\r\n"
        "</body>\r\n</html>\r\n"
    ).encode()
    return status, {"server": "awselb/2.0", "content-type": "text/html", "content-length": str(len(body))}, body


def test_what_a_target_answers_goes_through_as_it_is() -> None:
    seen: list[tuple[str, str | None, bytes]] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        content = handler.rfile.read(int(handler.headers["content-length"]))
        seen.append((handler.path, handler.headers["x-forwarded-for"], content))
        handler.send_response_only(503)
        handler.send_header("Server", "uvicorn")
        handler.send_header("Content-Length", "4")
        handler.end_headers()
        handler.wfile.write(b"busy")

    with target(reply) as url, LoadBalancer().serving() as balancer:
        balancer.register(url)
        answer = ask(balancer.url, "/a%2Fb?c=d%20e")

    assert answer == (503, {"server": "uvicorn", "content-length": "4"}, b"busy")
    assert seen == [("/a%2Fb?c=d%20e", "203.0.113.9, 127.0.0.1", b"two teapots")]
    assert balancer.answered == {}


def test_without_a_target_nobody_has_the_request() -> None:
    with LoadBalancer().serving() as balancer, target(lambda _handler: None) as url:
        balancer.register(url)
        balancer.deregister(url)
        answer = ask(balancer.url)

    assert answer == page(503, "Service Temporarily Unavailable")
    assert balancer.answered == {503: 1}


def test_a_target_that_is_gone_is_a_bad_gateway() -> None:
    with LoadBalancer().serving() as balancer, reserved_port() as port:
        balancer.register(f"http://127.0.0.1:{port}")
        answer = ask(balancer.url)

    assert answer == page(502, "Bad Gateway")


def test_a_target_that_hangs_up_is_a_bad_gateway() -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    with target(reply) as url, LoadBalancer().serving() as balancer:
        balancer.register(url)
        answer = ask(balancer.url)

    assert answer == page(502, "Bad Gateway")


def test_a_target_that_says_nothing_is_a_gateway_timeout() -> None:
    answered = threading.Event()

    with (
        target(lambda _handler: answered.wait(TIMEOUT) and None) as url,
        LoadBalancer(idle_timeout=0.2).serving() as balancer,
    ):
        balancer.register(url)
        answer = ask(balancer.url)
        answered.set()

    assert answer == page(504, "Gateway Time-out")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_targets_take_turns(count: int) -> None:
    served: list[int] = []

    def replying(number: int) -> Callable[[BaseHTTPRequestHandler], None]:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            served.append(number)
            handler.send_response_only(204)
            handler.end_headers()

        return reply

    def through(balancer: LoadBalancer, number: int) -> None:
        if number == count:
            for _ in range(2 * count):
                ask(balancer.url)
            return
        with target(replying(number)) as url:
            balancer.register(url)
            through(balancer, number + 1)

    with LoadBalancer().serving() as balancer:
        through(balancer, 0)

    assert served == [*range(count), *range(count)]
