"""Says beforehand when a connection will not take another request, so that nobody sends one down it and loses it.

Whoever keeps connections open (load balancers, the proxy inside the function) learns of the end of one by
`connection: close` (RFC 9112 9.6). Two ends would come without it: that of a service which is shutting down, and that
of a request whose body nobody has read when its answer is complete, for which some servers close the connection.
"""

from __future__ import annotations

import asyncio

from .asgi import Application, Message, Receive, Scope, Send, header
from .health import Readiness

LARGEST_REST = 20 * 1024 * 1024
"""Bytes of an unread body that are read, and thrown away, so that the connection can stay."""

SLOWEST_REST = 2.0
"""Seconds that those bytes may take; a client that is slower gets its answer, and has to open another connection."""


class Connections:
    """Announces the end of connections.

    Where a body is still to be read, the start of the answer waits for its first part. If that is the last one too,
    nobody will read on, and whether the connection stays can be told. A streamed answer goes on as it comes, since its
    application may read as it writes.

    Args:
        app: What comes next.
        readiness: Whether the service is shutting down.
    """

    def __init__(self, app: Application, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not str(scope.get("http_version", "1.1")).startswith("1"):
            await self._app(scope, receive, send)
            return
        body = RequestBody(scope, receive)
        start: Message | None = None

        async def announcing(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and not body.complete:
                start = message
                return
            if message["type"] == "http.response.start" and self._readiness.draining:
                message = _closing(message)
            last = message["type"] == "http.response.body" and not message.get("more_body", False)
            read = await body.finish() if last else True
            if start is not None:
                await send(start if read and not self._readiness.draining else _closing(start))
                start = None
            await send(message)

        try:
            await self._app(scope, body.receive, announcing)
        finally:
            if start is not None:  # an answer that breaks off before its first part
                await send(_closing(start))


class RequestBody:
    """A request's body: passed on as it comes; what nobody has read is read at the end.

    Args:
        scope: The request.
        receive: Its channel.

    Attributes:
        complete: Whether all of it has been received.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._expected = header(scope["headers"], "expect") is not None  # by a client that waits to be asked
        length = header(scope["headers"], "content-length") or "0"
        chunked = any(name.lower() == b"transfer-encoding" for name, _ in scope["headers"])
        self.complete = length == "0" and not chunked

    async def receive(self) -> Message:
        """Return the next part."""
        message = await self._receive()
        self.complete = self.complete or not message.get("more_body", False)  # a client that left sends no more
        return message

    async def finish(self) -> bool:
        """Read what has not been read; tell whether there is nothing more."""
        if self.complete or self._expected:
            return self.complete
        try:
            await asyncio.wait_for(self._read(), SLOWEST_REST)
        except asyncio.TimeoutError:  # another class before Python 3.11
            return False
        return self.complete

    async def _read(self) -> None:
        size = 0
        while not self.complete and size <= LARGEST_REST:
            size += len((await self.receive()).get("body", b""))


def _closing(message: Message) -> Message:
    kept = [(name, value) for name, value in message.get("headers", []) if name.lower() != b"connection"]
    return {**message, "headers": [*kept, (b"connection", b"close")]}
