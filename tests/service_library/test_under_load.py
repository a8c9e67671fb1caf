"""Twenty seconds of as much as the machine gives: nothing is lost, nobody starves, memory stays. `make load`: 300."""

from __future__ import annotations

import http.client
import os
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.proxy.asgi import running
from tests.service_library.load import load
from tests.service_library.loaded import application
from tests.service_library.whole import whole
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = float(os.environ.get("LOAD_SECONDS", "20"))
MEGABYTES = 40.0
"""That memory may grow: the bodies of huge requests come and go."""


@pytest.mark.long(25)
@pytest.mark.timeout(SECONDS + 200)
def test_under_load_nothing_is_lost_and_memory_stays(tmp_path: Path) -> None:
    report = load(tmp_path, SECONDS)

    assert report.unexpected == {}
    assert report.lost == []
    assert {kind for kind, _ in report.answers} == {"ordinary", "raises", "slow", "event"}
    assert set(report.huge) == {200}
    assert report.draining > 0
    assert report.queue["received"] == report.queue["deleted"] + report.queue["given back"] > 0
    assert report.ended == 0
    warm, end = report.memory
    assert end - warm < MEGABYTES


def test_a_slow_head_takes_no_place_and_a_slow_body_one(tmp_path: Path) -> None:
    service = whole(application, lambda *_: None, tmp_path / "replays", "k1:secret", concurrency=2)
    with running(service, lifespan="on") as url:
        port = urlsplit(url).port
        heads = [begun(port, b"POST /parcels HTTP/1.1\r\nhost: h\r\nx-slow: ") for _ in range(8)]
        assert status(port) == 200

        bodies = [begun(port, b"POST /parcels HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nx") for _ in range(2)]
        eventually(lambda: status(port) == 503)
        for sock in (*heads, *bodies):
            sock.close()
        eventually(lambda: status(port) == 200)


def begun(port: Any, head: bytes) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(head)
    return sock


def status(port: Any) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/parcels")
        return connection.getresponse().status
    finally:
        connection.close()
