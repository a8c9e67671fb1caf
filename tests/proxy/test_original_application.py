"""What the original application answers, handed on to the web adapter: where it ends, and whether more may follow."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.proxy.runtime.adapter.application import Application
from lambda_migrate.proxy.runtime.adapter.settings import AdapterSettings
from lambda_migrate.proxy.runtime.adapter.wire import Asked
from tests.proxy.service import Received, Service

if TYPE_CHECKING:
    from collections.abc import Callable

OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "a length": ("GET", OK + b"content-length: 4\r\n", b"four", True),
    "chunks": ("GET", OK + b"transfer-encoding: chunked\r\n", b"4\r\nfour\r\n0\r\n\r\n", True),
    "the end of the connection": ("GET", OK, b"four 0\r\n\r\n", False),
    "less than was said": ("GET", OK + b"content-length: 9\r\n", b"four", False),
    "chunks without the last": ("GET", OK + b"Transfer-Encoding: chunked\r\n", b"4\r\nfour\r\n", False),
    "no content": ("GET", b"HTTP/1.1 204 No Content\r\n", b"", True),
    "HEAD": ("HEAD", OK + b"content-length: 4\r\n", b"", True),
    "nothing at all": ("GET", b"", b"", False),
}


def answering(head: bytes, body: bytes) -> Callable[[Received, socket.socket], None]:
    def answer(_received: Received, sock: socket.socket) -> None:
        if head:
            sock.sendall(head + b"Connection: close\r\nx-a: b\r\n\r\n" + body)

    return answer


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_goes_back_as_it_is_without_its_connection(name: str) -> None:
    method, head, body, kept = ANSWERS[name]
    original = Service(answering(head, body))
    application = Application(["unused"], {}, AdapterSettings({}))
    application.port = original.port
    ours, theirs = socket.socketpair()
    with ours, theirs:
        raw = f"{method} / HTTP/1.1\r\nhost: h".encode()
        reusable = application.pass_on(Asked(method, "/", [], raw, b""), ours)
        ours.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: theirs.recv(65_536), b""))
    original.close()

    assert received == (head + b"x-a: b\r\n\r\n" + body if head else b"")
    assert reusable is kept
    assert dict(original.received[0].lines)["connection"] == "close"


@pytest.mark.parametrize(
    ("variables", "healthy", "said"),
    [
        ({}, {*range(100, 500)}, 200),
        ({"AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "200,201, 301-302,x,5-y"}, {200, 201, 301, 302}, 200),
        ({"AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": "204"}, {204}, 204),
        ({"AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS": "400"}, {*range(100, 400)}, 200),
    ],
)
def test_the_statuses_of_an_application_that_is_ready_are_the_adapters(
    variables: dict[str, str], healthy: set[int], said: int
) -> None:
    settings = AdapterSettings(variables)

    assert (settings.healthy, settings.ready_status) == (healthy, said)
