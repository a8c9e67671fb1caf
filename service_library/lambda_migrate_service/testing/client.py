"""Sends requests to an ASGI application in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ..asgi import Application, Message, Receive, Scope, Send
from ..deliveries.endpoint import EVENTS_PATH
from .signer import sign


@dataclass(frozen=True)
class Answer:
    """What an application answered.

    Attributes:
        status: 0 where it answered nothing.
        headers: Names in lower case, in the order in which they came.
        body: All of it.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def content(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


class Client:
    """Sends requests to an application.

    Used as a context manager, it runs the application's start-up code first and its shutdown code last, all in one
    event loop; otherwise each request has an event loop of its own.

    Args:
        app: The application.
    """

    def __init__(self, app: Application) -> None:
        self.app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._state: dict[str, Any] = {}
        self._to_app: asyncio.Queue[Message]
        self._from_app: asyncio.Queue[Message]
        self._lifespan: asyncio.Future[None]

    def __enter__(self) -> Client:  # noqa: PYI034  # `Self` came with Python 3.11
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._start())
        return self

    def __exit__(self, *_error: object) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.run_until_complete(self._stop())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def restart(self) -> None:
        """Run the shutdown code, then the start-up code again; for a client that is used as a context manager.

        Raises:
            RuntimeError: The start-up failed, or the client is not used as a context manager.
        """
        if self._loop is None:
            raise RuntimeError("only a client that is used as a context manager has started the application")
        self._loop.run_until_complete(self._stop())
        self._loop.run_until_complete(self._start())

    async def _start(self) -> None:
        self._to_app, self._from_app = asyncio.Queue(), asyncio.Queue()
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        self._lifespan = asyncio.ensure_future(self.app(scope, self._to_app.get, self._from_app.put))
        told = await self._tell("lifespan.startup")
        if told["type"] == "lifespan.startup.failed":
            raise RuntimeError(told.get("message") or "start-up failed")

    async def _stop(self) -> None:
        await self._tell("lifespan.shutdown")
        await self._lifespan

    async def _tell(self, kind: str) -> Message:
        await self._to_app.put({"type": kind})
        return await self._from_app.get()

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a GET request."""
        return self.request("GET", target, headers)

    def deliver(self, event: object, headers: Mapping[str, str] | None = None) -> Answer:
        """Send an event to the events endpoint, signed as the proxy signs where no headers are given."""
        body = json.dumps({"event": event}).encode()
        return self.request("POST", EVENTS_PATH, sign("POST", EVENTS_PATH, body) if headers is None else headers, body)

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send a request.

        Args:
            method: For example `POST`.
            target: Path and query, encoded.
            headers: By name, or as pairs where a name comes twice.
            body: All of it.
        """
        path, _, query = target.partition("?")
        pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("utf-8")) for name, value in pairs],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "state": dict(self._state),
        }
        asked = _asked(self.app, scope, body)
        return asyncio.run(asked) if self._loop is None else self._loop.run_until_complete(asked)


async def _asked(app: Application, scope: Scope, body: bytes) -> Answer:
    messages: list[Message] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]
    over = asyncio.Event()

    async def receive() -> Message:
        if given:
            return given.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            over.set()

    await app(scope, receive, send)
    if not messages:
        return Answer(0)
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in messages[0]["headers"])
    return Answer(messages[0]["status"], headers, b"".join(part.get("body", b"") for part in messages[1:]))


class Recorder:
    """Stands in for an application: keeps the scopes that it was asked with, and answers 200."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    @property
    def paths(self) -> list[str]:
        """The paths that it was asked for."""
        return [scope["path"] for scope in self.scopes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # as ASGI calls it
        """Serve one request."""
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"recorded"})
