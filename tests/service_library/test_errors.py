"""An exception of the application ends where it was raised."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from lambda_migrate_service.errors import ErrorBoundary
from lambda_migrate_service.limits import TimeLimit
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.service_library.calling import Recorder, ask, call, http_scope
from tests.support.waiting import TIMEOUT

OURS = (500, b'{"message":"Internal Server Error"}')


def start(status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": []}


def application(*said: dict[str, Any], raising: BaseException | None = None) -> Any:
    """Return an application that says this and then raises."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in said:
            await send(message)
        if raising is not None:
            raising.__traceback__ = None
            raise raising

    return app


BODY = {"type": "http.response.body", "body": b"hello"}
PART = {"type": "http.response.body", "body": b"hel", "more_body": True}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), OURS),
        ((start(),), OURS),
        ((start(201), BODY), (201, b"hello")),
        ((start(201), PART, {"type": "http.response.body", "body": b"lo"}), (201, b"hello")),
        ((start(500), BODY), (500, b"hello")),
    ],
    ids=["nothing", "a head", "an answer", "a streamed answer", "a 500 of its own"],
)
@pytest.mark.parametrize("error", [LookupError("17"), SystemExit(3), KeyboardInterrupt()])
def test_an_exception_becomes_one_answer_and_one_log_line(
    caplog: pytest.LogCaptureFixture, said: Any, expected: Any, error: BaseException
) -> None:
    answer = call(ErrorBoundary(application(*said, raising=error)), "POST", "/orders")

    assert (answer.status, answer.body) == expected
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, f"POST /orders raised {type(error).__name__}")
    assert record.exc_info
    assert record.exc_info[1] is error


def test_an_answer_that_was_sent_in_part_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError, match="cut off by an error") as caught:
        call(ErrorBoundary(application(start(), PART, raising=LookupError("17"))), "GET", "/")

    assert type(caught.value.__cause__) is LookupError
    assert caplog.records == []  # the server logs it


@pytest.mark.parametrize("said", [(), (start(),)])
def test_an_application_that_does_not_answer_has_failed(caplog: pytest.LogCaptureFixture, said: Any) -> None:
    answer = call(ErrorBoundary(application(*said)), "GET", "/orders")

    assert (answer.status, answer.body) == OURS
    assert [record.getMessage() for record in caplog.records] == ["GET /orders was not answered by the application"]


def test_nobody_is_answered_who_has_gone_away(caplog: pytest.LogCaptureFixture) -> None:
    async def waits_for_the_end(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    said: list[Any] = []

    async def run() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            said.append(message)

        await ErrorBoundary(waits_for_the_end)(http_scope("GET", "/"), receive, send)

    asyncio.run(run())
    assert (said, caplog.records) == ([], [])


def test_a_sound_application_answers_as_it_did(caplog: pytest.LogCaptureFixture) -> None:
    assert call(ErrorBoundary(Recorder()), "POST", "/", body=b"abcdef").body == b"from the application"
    file = {"type": "http.response.pathsend", "path": "/x"}
    said: list[Any] = []

    async def run() -> None:
        async def send(message: Any) -> None:
            said.append(message)

        await ErrorBoundary(application(start(), file, raising=LookupError()))(http_scope("GET", "/"), send, send)

    asyncio.run(run())
    assert said == [start(), file]
    assert len(caplog.records) == 1


def test_a_request_that_is_cancelled_stays_cancelled() -> None:
    async def run() -> int:
        async def slow(_scope: Any, _receive: Any, _send: Any) -> None:
            await asyncio.sleep(10)

        return (await ask(ErrorBoundary(TimeLimit(ErrorBoundary(slow), 0.01)), http_scope("GET", "/"))).status

    assert asyncio.run(run()) == 504


def test_other_scopes_pass() -> None:
    with pytest.raises(LookupError):
        asyncio.run(ErrorBoundary(application(raising=LookupError()))({"type": "websocket"}, None, None))  # type: ignore[arg-type]


def test_a_framework_answers_for_itself_and_is_heard_once(caplog: pytest.LogCaptureFixture) -> None:
    def raises(_request: Any) -> Response:
        raise LookupError("17")

    def later(_request: Any) -> Response:
        return PlainTextResponse("taken", background=BackgroundTask(raises, None))

    def streams(_request: Any) -> Response:
        async def parts() -> Any:
            raise LookupError("17")
            yield b""

        return StreamingResponse(parts())

    app = ErrorBoundary(
        Starlette(routes=[Route("/raises", raises), Route("/later", later), Route("/streams", streams)])
    )

    answers = [call(app, "GET", path) for path in ("/raises", "/later", "/streams")]

    assert [(answer.status, answer.body) for answer in answers] == [
        (500, b"Internal Server Error"),
        (200, b"taken"),
        OURS,
    ]
    assert [record.getMessage() for record in caplog.records] == [
        f"GET {path} raised LookupError" for path in ("/raises", "/later", "/streams")
    ]


async def _events(app: Any, *, head_delay: float) -> tuple[list[Any], BaseException | None]:
    """Return what an application that streams has sent, by name, and how its request ended."""
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message.get("status") or message["body"])

    try:
        await ErrorBoundary(app, head_delay=head_delay)(http_scope("GET", "/"), send, send)
    except RuntimeError as error:
        return said, error
    return said, None


def test_a_stream_s_head_does_not_wait_for_its_first_event() -> None:
    seen: list[Any] = []

    async def run() -> list[Any]:
        connected = asyncio.Event()

        async def app(_scope: Any, _receive: Any, send: Any) -> None:
            await send(start())
            await connected.wait()  # as a client does that has nothing to say until it is connected
            await send(PART)
            await send(BODY)

        async def send(message: Any) -> None:
            seen.append(message)
            connected.set()

        await asyncio.wait_for(ErrorBoundary(app, head_delay=0.001)(http_scope("GET", "/"), send, send), TIMEOUT)
        return seen

    assert asyncio.run(run()) == [start(), PART, BODY]


def test_an_exception_behind_a_head_that_was_sent_cuts_the_answer_off() -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(start())
        await asyncio.sleep(0.05)
        raise LookupError("17")

    said, error = asyncio.run(_events(app, head_delay=0.001))
    assert (said, str(error)) == ([200], "the answer was cut off by an error of the application")
    assert asyncio.run(_events(app, head_delay=20)) == ([500, OURS[1]], None)


def test_a_head_on_its_way_comes_before_the_body_and_a_slow_client_changes_no_order() -> None:
    said: list[Any] = []

    async def run() -> None:
        async def app(_scope: Any, _receive: Any, send: Any) -> None:
            await send(start())
            await asyncio.sleep(0.01)
            await send(BODY)

        async def send(message: Any) -> None:
            await asyncio.sleep(0.03)
            said.append(message)

        await ErrorBoundary(app, head_delay=0.001)(http_scope("GET", "/"), send, send)

    asyncio.run(run())
    assert said == [start(), BODY]
