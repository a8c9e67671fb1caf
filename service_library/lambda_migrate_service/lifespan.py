"""Start-up and shutdown: of the lifted application, and of what the service runs beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from .asgi import Application, Message, Receive, Scope, Send
from .health import Readiness

log = logging.getLogger(__name__)


class Companion(Protocol):
    """Something that runs for as long as the service does."""

    async def start(self) -> None:
        """Begin."""

    def drain(self) -> None:
        """Take on nothing new."""

    async def stop(self) -> None:
        """Finish what was taken on, then return."""


class StartFailed(Exception):
    """The lifted application's start-up failed."""


class Lifespan:
    """Answers the server's lifespan protocol.

    Args:
        app: The lifted application.
        mode: `on` and `auto` run its start-up code (`auto` forgives an application that has none); `off` does not,
            because on Lambda that code never ran.
        companions: What else is started after it and stopped before it.
        readiness: Told when the service is ready and when it is not.
    """

    def __init__(self, app: Application, mode: str, companions: Sequence[Companion], readiness: Readiness) -> None:
        self._app = app
        self._mode = mode
        self._companions = companions
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run from start-up to shutdown."""
        await receive()
        lifted = None if self._mode == "off" else Lifted(self._app, scope, required=self._mode == "on")
        try:
            if lifted:
                await lifted.start()
            for companion in self._companions:
                await companion.start()
        except Exception as error:
            log.exception("start-up failed")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        self._readiness.started = True
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._readiness.draining = True
        for companion in self._companions:
            companion.drain()
        for companion in self._companions:
            await companion.stop()
        if lifted:
            await lifted.stop()
        await send({"type": "lifespan.shutdown.complete"})


class Lifted:
    """The lifespan of an application that sits inside another one.

    Args:
        app: The inner application.
        scope: The server's lifespan scope; its `state` is shared.
        required: Whether an application without a lifespan is an error.
    """

    def __init__(self, app: Application, scope: Scope, *, required: bool) -> None:
        self._app = app
        self._scope = scope
        self._required = required
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run the start-up code.

        Raises:
            StartFailed: It said so, or raised.
        """
        self._task = asyncio.ensure_future(self._run())
        answer = await self._ask("lifespan.startup")
        if answer is not None and answer["type"] == "lifespan.startup.failed":
            raise StartFailed(answer.get("message") or "the application's start-up failed")
        if answer is None:
            error = self._task.exception()
            if self._required or isinstance(error, StartFailed):
                raise StartFailed("the application has no lifespan") from error
            log.info("the application has no lifespan")

    async def stop(self) -> None:
        """Run the shutdown code; what it raises is logged."""
        if self._task is None or self._task.done():
            return
        answer = await self._ask("lifespan.shutdown")
        if answer is None or answer["type"] == "lifespan.shutdown.failed":
            log.error("the application's shutdown failed")

    async def _run(self) -> None:
        await self._app(self._scope, self._to_app.get, self._from_app.put)

    async def _ask(self, kind: str) -> Message | None:
        """Send one message; return the answer, or None if the application ended instead."""
        await self._to_app.put({"type": kind})
        answering = asyncio.ensure_future(self._from_app.get())
        waiting: set[asyncio.Future[Message] | asyncio.Task[None]] = {answering}
        if self._task is not None:
            waiting.add(self._task)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done() and not self._from_app.empty():
            return await answering
        if answering.done():
            return answering.result()
        answering.cancel()
        return None
