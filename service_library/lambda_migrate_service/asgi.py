"""The few ASGI words that the service's own layers share."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

NOT_FOUND = {"detail": "Not Found"}
FROM_CLIENT = "lambda_migrate.from_client"
"""Key of the scope: whether a client of the API chose the path, and the proxy has signed that."""


class BodyTooLarge(Exception):
    """The request's body is larger than this path takes."""


class Disconnected(Exception):
    """The client went away before its request was complete."""


def header(headers: Iterable[tuple[bytes, bytes]], name: str) -> str | None:
    """Return the value of a header that must come at most once.

    Returns:
        The value; None where it is missing or comes twice, because nobody could say which one counts.
    """
    values = [value for key, value in headers if key.lower() == name.encode()]
    return values[0].decode("latin-1") if len(values) == 1 else None


def target(scope: Scope) -> bytes:
    """Return the request's target as it stood on the wire: path and query, still encoded."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read a whole request body.

    Args:
        receive: The request's ASGI channel.
        limit: The most bytes that are kept.

    Raises:
        BodyTooLarge: There is more.
        Disconnected: The client went away.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def with_body(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives `body` once and then what `receive` gives."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def answer(send: Send, status: int, content: object = None, *, extra: Headers | None = None) -> None:
    """Send a whole JSON answer, written as FastAPI and API Gateway write theirs."""
    await answer_bytes(send, status, json.dumps(content, separators=(",", ":")).encode(), extra=extra)


async def answer_bytes(send: Send, status: int, body: bytes, *, extra: Headers | None = None) -> None:
    """Send a whole answer whose JSON is already written."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *(extra or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
