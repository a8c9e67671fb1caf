"""A connection that will not take another request says so beforehand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lambda_migrate_service import Readiness, connections
from lambda_migrate_service.connections import Connections

from tests.service_library.calling import http_scope

POSTED = [("content-length", "6")]
PARTS = [
    {"type": "http.request", "body": b"abc", "more_body": True},
    {"type": "http.request", "body": b"def", "more_body": False},
]


async def whole(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 401, "headers": [(b"connection", b"keep-alive")]})
    await send({"type": "http.response.body", "body": b"no"})


async def streamed(_scope: Any, receive: Any, send: Any) -> None:
    """Answer with what comes, part by part."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    more = True
    while more:
        message = await receive()
        more = message["more_body"]
        await send({"type": "http.response.body", "body": message["body"], "more_body": more})


async def broken(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("boom")


def ask(app: Any, parts: list[Any], *, draining: bool = False, headers: Any = (), **scope: Any) -> tuple[Any, int]:
    """Send one request; return what came out, and how many parts of its body are left."""
    readiness = Readiness()
    readiness.draining = draining
    left, sent = list(parts), []

    async def receive() -> Any:
        return left.pop(0) if left else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await Connections(app, readiness)({**http_scope("POST", "/", headers), **scope}, receive, send)

    asyncio.run(run())
    return sent, len(left)


def closes(sent: Any) -> bool:
    found = [value for name, value in sent[0]["headers"] if name == b"connection"]
    assert len(found) <= 1
    return found == [b"close"]


def test_a_body_that_nobody_read_is_read_so_that_the_connection_stays() -> None:
    sent, left = ask(whole, PARTS, headers=POSTED)
    assert (closes(sent), left, [message["type"] for message in sent]) == (
        False,
        0,
        ["http.response.start", "http.response.body"],
    )


@pytest.mark.parametrize(
    ("parts", "headers"),
    [(PARTS[:1], POSTED), ([], [("transfer-encoding", "chunked")]), (PARTS, [*POSTED, ("expect", "100-continue")])],
    ids=["slow", "chunked and slow", "waits to be asked"],
)
def test_a_body_that_does_not_come_closes_the_connection(
    monkeypatch: pytest.MonkeyPatch, parts: list[Any], headers: Any
) -> None:
    monkeypatch.setattr(connections, "SLOWEST_REST", 0.01)
    assert closes(ask(whole, parts, headers=headers)[0])


def test_a_body_that_has_no_end_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LARGEST_REST", 10)
    sent, left = ask(whole, PARTS[:1] * 9, headers=POSTED)
    assert (closes(sent), left) == (True, 5)


def test_a_client_that_left_is_waited_for_no_longer() -> None:
    assert not closes(ask(whole, [{"type": "http.disconnect"}], headers=POSTED)[0])


def test_while_the_service_shuts_down_every_answer_says_so() -> None:
    assert [closes(ask(whole, [], draining=draining)[0]) for draining in (False, True)] == [False, True]


def test_over_http_2_there_is_nothing_to_say() -> None:
    assert not closes(ask(whole, [], draining=True, http_version="2")[0])


def test_an_answer_to_a_complete_request_begins_at_once() -> None:
    seen: list[str] = []

    async def events(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        seen.append("begun")
        await send({"type": "http.response.body", "body": b"data: 1"})

    async def send(message: Any) -> None:
        seen.append(message["type"])

    async def nothing() -> Any:
        await asyncio.Event().wait()

    asyncio.run(Connections(events, Readiness())(http_scope("GET", "/"), nothing, send))
    assert seen == ["http.response.start", "begun", "http.response.body"]


def test_an_answer_may_be_written_while_the_body_is_read() -> None:
    sent, _ = ask(streamed, PARTS, headers=POSTED)
    assert [message.get("body") for message in sent] == [None, b"abc", b"def"]


def test_an_answer_that_breaks_off_at_once_closes_the_connection() -> None:
    async def swallowing(scope: Any, receive: Any, send: Any) -> None:
        with pytest.raises(RuntimeError):
            await broken(scope, receive, send)

    sent, _ = ask(swallowing, [], headers=POSTED)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert closes(sent)
