"""After any answer, the next request on the connection is answered: under each server that is installed."""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypercorn.asyncio
import hypercorn.config
import pytest
import uvicorn
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.errors import ErrorBoundary
from lambda_migrate_service.limits import Concurrency, TimeLimit
from lambda_migrate_service.proxy import LambdaProxy, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.events import requests
from tests.proxy.service import KEY, function
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

METHODS = ["GET", "POST"]


def fails() -> None:
    raise LookupError("17")


async def parts(count: int, *, failing: bool) -> Any:
    for _ in range(count):
        yield b"x" * 10_000
        await asyncio.sleep(0)
    if failing:
        fails()


async def raises(_request: Request) -> Response:
    fails()
    return Response()


def leaves(_request: Request) -> Response:
    raise SystemExit(3)


async def sleeps(_request: Request) -> Response:
    await asyncio.sleep(10)
    return Response()


async def reads(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


ENDPOINTS: dict[str, Callable[[Any], Any]] = {
    "raises": raises,
    "leaves": leaves,
    "sleeps": sleeps,
    "reads": reads,
    "ignores": lambda _request: PlainTextResponse("too much", 413),
    "refuses": lambda _request: PlainTextResponse("no", 401),
    "errs": lambda _request: JSONResponse({}, 503),
    "closes": lambda _request: PlainTextResponse("bye", headers={"connection": "close"}),
    "empty": lambda _request: Response(status_code=204),
    "unchanged": lambda _request: Response(status_code=304, headers={"etag": '"1"'}),
    "streams": lambda _request: StreamingResponse(parts(5, failing=False)),
    "breaks": lambda _request: StreamingResponse(parts(5, failing=True)),
    "breaks-at-once": lambda _request: StreamingResponse(parts(0, failing=True)),
    "fails-later": lambda _request: PlainTextResponse("taken", background=BackgroundTask(fails)),
}
EXPECTED = {
    "raises": 500,
    "leaves": 500,
    "sleeps": 504,
    "reads": 200,
    "ignores": 413,
    "refuses": 401,
    "errs": 503,
    "closes": 200,
    "empty": 204,
    "unchanged": 304,
    "streams": 200,
    "breaks": 502,
    "breaks-at-once": 500,
    "fails-later": 200,
}


def service(memory: Path) -> Any:
    """Return the service as `init` puts it together around an application with every kind of mishap."""
    app = bare_app()
    facts = Function("parcels", "eu-central-1", "210987654321", 256, 3.0)
    proxy = LambdaProxy(SignatureVerifier(SigningKeys(parse(KEY))), Replays(memory, 300.0), facts)
    # work behind an answer takes a place too: the limit is not what is tried here
    limited = Concurrency(TimeLimit(proxy.middleware(app, app, "1", []), 3.0), 200)
    return proxy.signatures(ErrorBoundary(limited))


@contextmanager
def under_uvicorn(app: Any, http: str) -> Iterator[int]:
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, http=http)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(TIMEOUT)


@contextmanager
def under_hypercorn(app: Any) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.errorlog = None
    loop = asyncio.new_event_loop()
    stop: list[asyncio.Event] = []

    async def serve() -> None:
        stop.append(asyncio.Event())  # in its own loop: Python 3.9 binds an event to the loop that it is made in
        await hypercorn.asyncio.serve(app, config, shutdown_trigger=stop[0].wait)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stop[0].set)
        thread.join(TIMEOUT)


@contextmanager
def under_gunicorn(app: Any) -> Iterator[int]:
    """Run the same application in a worker process of gunicorn's, which imports it from here."""
    factory = "bare_app" if isinstance(app, Starlette) else "service_app"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.fileno()
        bound = ["--bind", f"fd://{number}", "--keep-alive", "75"]  # as the service's own server has it
        worker = ["--worker-class", "uvicorn.workers.UvicornWorker", f"{__name__}:{factory}()"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--log-level", "critical", *bound, *worker],
            cwd=Path(__file__).parents[2],
            pass_fds=[number],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=subprocess.DEVNULL,
        )
        port = listening.getsockname()[1]
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)  # until the worker is up
            asked.request("GET", "/reads")
            asked.getresponse().read()
            asked.close()
            yield port
        finally:
            process.terminate()
            process.wait(TIMEOUT)


def service_app() -> Any:
    """Return the service with a memory of its own, for a process that ends with the test."""
    return service(Path(tempfile.mkdtemp(prefix="replays-")))


def bare_app() -> Starlette:
    """Return the application with nothing of the service around it."""
    return Starlette(routes=[Route(f"/{name}", endpoint, methods=METHODS) for name, endpoint in ENDPOINTS.items()])


SERVERS: dict[str, Any] = {"uvicorn with h11": partial(under_uvicorn, http="h11"), "hypercorn": under_hypercorn}
if importlib.util.find_spec("httptools"):
    SERVERS["uvicorn with httptools"] = partial(under_uvicorn, http="httptools")
if importlib.util.find_spec("gunicorn"):
    SERVERS["gunicorn"] = under_gunicorn


@pytest.fixture(scope="module", params=list(SERVERS))
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with SERVERS[request.param](service(tmp_path_factory.mktemp("replays"))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("body", ["", "x" * 300_000], ids=["no body", "a body"])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_whatever_an_answer_was_the_next_request_is_answered(url: str, name: str, body: str) -> None:
    handle = function(url)
    times = 1 if name == "sleeps" else 12  # it takes the time limit each time
    found = []
    for _ in range(times):
        found.append(handle(requests.alb("POST", path=f"/{name}", body=body))["statusCode"])
        found.append(handle(requests.alb("POST", path="/reads", body="abc"))["body"])

    assert found == [EXPECTED[name], "3"] * times


@pytest.fixture(scope="module", params=list(SERVERS))
def bare(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of the application under a server, with nothing of the service around it."""
    with SERVERS[request.param](bare_app()) as port:
        yield f"http://127.0.0.1:{port}"


# what fails behind its answer closes the connection at any later time: only the error boundary can help there; and
# `exit()` ends a bare server
@pytest.mark.parametrize("name", [name for name in ENDPOINTS if name not in ("fails-later", "leaves", "sleeps")])
def test_without_the_service_the_proxy_knows_which_connections_end(bare: str, name: str) -> None:
    handle = function(bare)
    found = []
    for _ in range(12):
        handle(requests.alb("POST", path=f"/{name}", body="x"))
        found.append(handle(requests.alb("POST", path="/reads", body="abc"))["body"])

    assert found == ["3"] * 12


def test_one_route_that_raises_costs_the_others_nothing(url: str) -> None:
    found: list[list[tuple[str, int]]] = [[] for _ in range(4)]

    def call(number: int) -> None:
        handle = function(url)
        for turn in range(40):
            name = ("reads", "raises", "fails-later", "reads")[(turn + number) % 4]
            found[number].append((name, handle(requests.alb("POST", path=f"/{name}", body="x"))["statusCode"]))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)

    assert sorted({one for each in found for one in each}) == [("fails-later", 200), ("raises", 500), ("reads", 200)]
    assert [len(each) for each in found] == [40] * 4
