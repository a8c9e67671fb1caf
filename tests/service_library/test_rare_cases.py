"""What happens seldom, and is decided on purpose: one case for each branch that nothing else reaches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import urllib.error
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import (
    BasePath,
    Dispatcher,
    Environment,
    ErrorBoundary,
    Function,
    HandlerFailed,
    LambdaContext,
    Lifespan,
    Readiness,
    RequestLog,
    Service,
    TimeLimit,
    private_directory,
)
from lambda_migrate_service.asgi import Disconnected, read_body
from lambda_migrate_service.consumer import Polling, sqs
from lambda_migrate_service.deliveries.sns import get
from lambda_migrate_service.environment import SettingsError, resolve_secrets
from lambda_migrate_service.logs import JsonLine
from lambda_migrate_service.testing import Answer, Client, Recorder

from tests.proxy.service import Service as Server
from tests.proxy.service import answer
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 10.0)


async def cancelled(work: asyncio.Future[Any], begun: asyncio.Event, over: asyncio.Event) -> None:
    """Cancel something once it has begun, and wait until what it runs is over."""
    await begun.wait()
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    await asyncio.wait_for(over.wait(), TIMEOUT)


def test_a_body_of_a_client_that_went_away_is_none() -> None:
    async def gone() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(Disconnected):
        asyncio.run(read_body(gone, 100))


def test_a_server_that_tells_no_raw_path_needs_none() -> None:
    app = Recorder()

    async def ask() -> None:
        async def unused(_message: Any = None) -> Any:
            return None

        await BasePath(app, "/api")({"type": "http", "path": "/api/orders"}, unused, unused)

    asyncio.run(ask())

    assert app.scopes == [{"type": "http", "path": "/orders"}]


def test_the_context_logs_as_lambda_s_own_does(capsys: pytest.CaptureFixture[str]) -> None:
    LambdaContext({}, FUNCTION).log("a line\n")

    assert capsys.readouterr().out == "a line\n"


def test_an_event_that_nothing_handles_fails() -> None:
    dispatcher = Dispatcher(None, workers=1, handlers={})  # type: ignore[arg-type]

    with pytest.raises(HandlerFailed, match="nothing handles `direct` events"):
        asyncio.run(dispatcher.run({"task": 1}, LambdaContext({}, FUNCTION)))


def test_a_caller_that_goes_away_cancels_the_handler() -> None:
    ended: list[str] = []

    async def run() -> None:
        begun, over = asyncio.Event(), asyncio.Event()

        async def handler(_event: Any, _context: Any) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("handler")
                over.set()

        dispatcher = Dispatcher(handler, workers=1, handlers={})
        work = asyncio.ensure_future(dispatcher.run({}, LambdaContext({}, FUNCTION)))
        await cancelled(work, begun, over)

    asyncio.run(run())
    assert ended == ["handler"]


def test_a_request_that_is_cancelled_cancels_the_application() -> None:
    ended: list[str] = []

    async def run() -> None:
        begun, over = asyncio.Event(), asyncio.Event()

        async def app(*_asked: Any) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("application")
                over.set()

        async def unused(_message: Any = None) -> Any:
            return None

        work = asyncio.ensure_future(TimeLimit(app, 60)({"type": "http", "method": "GET", "path": "/"}, unused, unused))
        await cancelled(work, begun, over)

    asyncio.run(run())
    assert ended == ["application"]


def test_what_fails_after_its_time_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise LookupError("too late") from None

    async def run() -> Any:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        await TimeLimit(app, 0.01)({"type": "http", "method": "GET", "path": "/"}, receive, send)
        for _ in range(5):
            await asyncio.sleep(0)
        return sent[0]["status"]

    assert asyncio.run(run()) == 504
    assert "a request failed after its time limit" in caplog.text


@pytest.mark.parametrize("answered", ["lifespan.shutdown.failed", "nothing"])
def test_a_shutdown_that_fails_is_logged_and_ends(caplog: pytest.LogCaptureFixture, answered: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if answered != "nothing":
            await send({"type": answered})

    readiness = Readiness()
    with Client(Service(app, Lifespan(app, "on", [], readiness), readiness, [], 1)):
        assert readiness.state == "ready"

    assert (readiness.state, "shutdown failed" in caplog.text) == ("draining", True)


def test_a_start_up_that_fails_stops_a_client() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="no database"), Client(app):
        pass


def test_an_application_that_answers_nothing_is_told() -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()

    assert Client(silent).get("/") == Answer(0)


def test_draining_stops_what_polls() -> None:
    class Polls:
        drained = False

        def drain(self) -> None:
            self.drained = True

    polls, readiness = Polls(), Readiness()
    service = Service(Recorder(), Lifespan(Recorder(), "off", [], readiness), readiness, [polls], 1)  # type: ignore[list-item]

    service.drain()

    assert (readiness.state, polls.drained) == ("draining", True)


@pytest.mark.parametrize("layer", [RequestLog, ErrorBoundary])
def test_what_is_no_http_passes(layer: Any) -> None:
    app = Recorder()

    async def ask() -> None:
        async def unused(_message: Any = None) -> Any:
            return None

        await layer(app)({"type": "websocket", "path": "/live"}, unused, unused)

    asyncio.run(ask())
    assert app.paths == ["/live"]


def test_a_line_of_the_log_tells_the_stack_where_it_was_asked_for() -> None:
    record = logging.LogRecord("a", logging.INFO, "a.py", 1, "here", None, None, sinfo="Stack (most recent call last)")

    assert json.loads(JsonLine().format(record))["stack"] == "Stack (most recent call last)"


@pytest.mark.parametrize(
    ("queue", "region"),
    [("https://sqs.eu-south-2.amazonaws.com/1/orders", "eu-south-2"), ("orders", "eu-west-1"), ("http://h/1/q", None)],
)
def test_a_queue_is_asked_for_in_its_own_region(
    queue: str, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", region or "eu-central-1")

    assert sqs(queue).meta.region_name == (region or "eu-central-1")


def test_no_more_batches_are_polled_than_requests_may_run() -> None:
    environment = Environment({"LAMBDA_MIGRATE_CONSUME_QUEUES": "a,b", "LAMBDA_MIGRATE_CONSUME_POLLERS": "9"})
    polling = Polling.read(environment, 6)

    assert (polling, polling.batches) == (Polling(("a", "b"), pollers=3, batch=10, wait=5), 6)
    consumers = polling.consumers(Dispatcher(lambda *_: None, workers=1, handlers={}), FUNCTION)
    assert [consumer.state()["queue"] for consumer in consumers] == ["a", "b"]


@pytest.mark.parametrize(
    ("sent", "raised"),
    [
        (answer(b"", "404 Not Found"), ValueError),
        (answer(b"", "503 Service Unavailable"), urllib.error.HTTPError),
        (answer(b"", "302 Found", (("location", "http://127.0.0.1:1/"),)), ValueError),
        (b"HTP?\r\n\r\n", OSError),
    ],
)
def test_a_certificate_that_cannot_be_had_is_an_error(sent: bytes, raised: type[Exception]) -> None:
    server = Server(lambda _received, _sock: sent)
    try:
        with pytest.raises(raised):
            get(f"{server.url}/certificate.pem")
    finally:
        server.close()


def test_what_a_server_answers_is_read() -> None:
    server = Server(lambda _received, _sock: answer(b"the certificate"))
    try:
        assert get(f"{server.url}/certificate.pem") == b"the certificate"
    finally:
        server.close()


def test_a_temporary_folder_that_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    private_directory("mine").chmod(0o755)

    with pytest.raises(SettingsError, match="is not this user's own"):
        private_directory("mine")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(SettingsError, match="no temporary folder can be written to"):
        private_directory("mine")


def test_a_secret_that_cannot_be_read_is_named_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("AWS_MAX_ATTEMPTS", "1"), ("AWS_REGION", "x")):
        monkeypatch.setenv(name, value)
    variables = {"A": "secretsmanager:orders/a", "B": "ssm:orders/b", "C": "plain"}

    problems = resolve_secrets(variables, ("A", "B", "C", "D"))

    assert [problem.partition(" cannot be read")[0] for problem in problems] == [
        "A: `secretsmanager:orders/a`",
        "B: `ssm:orders/b`",
    ]
