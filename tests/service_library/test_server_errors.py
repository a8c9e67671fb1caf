"""What an application raises ends in its own request, over real servers: the next one on the connection is served."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gunicorn.workers import SUPPORTED_WORKERS
from lambda_migrate_service import ErrorBoundary

from tests.service_library.calling import ask, call, http_scope
from tests.service_library.raising import STARLETTE, bare
from tests.support.ports import listens, reserved_port
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
APP = "tests.service_library.raising:app"
WORKER = "asgi" if "asgi" in SUPPORTED_WORKERS else "uvicorn.workers.UvicornWorker"  # as old as Python 3.9
SERVERS = {
    "uvicorn-h11": ("uvicorn", APP, "--http", "h11", "--lifespan", "off", "--port"),
    "uvicorn-httptools": ("uvicorn", APP, "--http", "httptools", "--lifespan", "off", "--port"),
    "hypercorn": ("hypercorn", APP, "--bind"),
    "gunicorn": ("gunicorn", APP, "--worker-class", WORKER, "--bind"),
}


@pytest.fixture(scope="module", params=SERVERS)
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server, of each kind that teams run, with the applications of `raising` behind it."""
    with reserved_port() as number:
        yield from served_on(number, request.param, tmp_path_factory.mktemp("server") / "log")


def served_on(number: int, kind: str, log: Path) -> Iterator[int]:
    words = SERVERS[kind]
    command = [sys.executable, "-m", *words, str(number) if words[-1] == "--port" else f"127.0.0.1:{number}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT), str(PROJECT / "service_library")))}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    try:
        eventually(lambda: listens(number) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield number
    finally:
        process.terminate()
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.parametrize("body", [b"", b"x" * 100, b"x" * 3_000_000], ids=["empty", "small", "large"])
@pytest.mark.parametrize(
    "path",
    ["/bare/raise", "/bare/exit", "/bare/group", "/starlette/plain", "/starlette/async", "/middleware/async"],
)
def test_after_an_error_the_next_request_on_the_connection_is_answered(port: int, path: str, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    well = f"/{path.split('/')[1]}/"
    seen = []
    for method, asked in (("POST", path), ("POST", well), ("GET", path), ("GET", well)):
        connection.request(method, asked, body if method == "POST" else None)
        answer = connection.getresponse()
        answer.read()
        seen.append((answer.status, answer.will_close))
    connection.close()
    assert seen == [(500, False), (200, False), (500, False), (200, False)]


def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.request("GET", "/starlette/half")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()


def test_while_one_route_raises_nobody_else_loses_a_request(port: int) -> None:
    outcomes: dict[str, set[int]] = {"/starlette/": set(), "/starlette/async": set()}

    def keep_asking(path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        for _ in range(100):
            connection.request("POST", path, b"x" * 50)
            answer = connection.getresponse()
            answer.read()
            outcomes[path].add(answer.status)
        connection.close()

    threads = [threading.Thread(target=keep_asking, args=(path,)) for path in outcomes for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert outcomes == {"/starlette/": {200}, "/starlette/async": {500}}


def test_it_is_logged_once_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = asyncio.run(ask(ErrorBoundary(STARLETTE), http_scope("GET", "/plain")))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")  # Starlette's own, sent before it raised
    (record,) = caplog.records
    assert record.getMessage() == "GET /plain raised RuntimeError"
    assert record.exc_info
    assert str(record.exc_info[1]) == "boom"


def test_the_answer_says_nothing_of_what_happened() -> None:
    answer = call(ErrorBoundary(bare), "GET", "/secret-path")
    assert (answer.status, json.loads(answer.body)) == (500, {"message": "Internal Server Error"})


def test_a_request_that_is_cancelled_stays_cancelled() -> None:
    async def run() -> bool:
        asking = asyncio.ensure_future(
            ErrorBoundary(lambda *_: asyncio.sleep(10))(
                http_scope("GET", "/"), asyncio.Queue().get, asyncio.Queue().put
            )
        )
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait({asking})
        return asking.cancelled()

    assert asyncio.run(run())
