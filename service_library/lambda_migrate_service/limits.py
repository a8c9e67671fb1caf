"""The limits that Lambda used to set: how many requests at once, and how long each may take."""

from __future__ import annotations

import asyncio
import logging

from .asgi import Application, Message, Receive, Scope, Send, answer

log = logging.getLogger(__name__)


class Concurrency:
    """Answers 503 while as many requests are running as may run at once.

    Args:
        app: What comes next.
        limit: Requests that may run at the same time in this process.
    """

    def __init__(self, app: Application, limit: int) -> None:
        self._app = app
        self._limit = limit
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":  # a WebSocket may stay for days
            await self._app(scope, receive, send)
            return
        if self.running >= self._limit:
            log.warning("%d requests are running; one more was turned away", self.running)
            await answer(send, 503, {"message": "Service Unavailable"}, extra=[(b"retry-after", b"1")])
            return
        self.running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.running -= 1


def let_threads_run(limit: int) -> None:
    """Let as many plain `def` endpoints run at once as requests may; Starlette gives them 40 threads by default."""
    try:
        from anyio.to_thread import current_default_thread_limiter  # noqa: PLC0415  # Starlette's, not every service's
    except ImportError:
        return
    limiter = current_default_thread_limiter()
    limiter.total_tokens = max(limiter.total_tokens, limit)


class TimeLimit:
    """Answers 504 to a request that takes longer than the function was allowed to.

    The application is cancelled. A plain `def` endpoint cannot be: its thread runs on, and its answer is dropped.

    Args:
        app: What comes next.
        seconds: The function's time-out.
    """

    def __init__(self, app: Application, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = expired = False

        async def send_in_time(message: Message) -> None:
            nonlocal begun
            if not expired:
                begun = True
                await send(message)

        work = asyncio.ensure_future(self._run(scope, receive, send_in_time))
        try:
            finished, _ = await asyncio.wait({work}, timeout=self._seconds)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if finished:
            work.result()
            return
        expired = True
        work.cancel()
        work.add_done_callback(_read_outcome)
        log.error("%s %s took longer than %g seconds", scope["method"], scope["path"], self._seconds)
        if begun:
            return  # an answer that stays incomplete: the server closes the connection
        await answer(send, 504, {"message": "Endpoint request timed out"})

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # `exit()`, or a group that holds one: out of a task, it would end the service
            if isinstance(error, Exception):
                raise
            msg = f"the application raised {type(error).__name__}"
            raise RuntimeError(msg) from error


def _read_outcome(work: asyncio.Future[None]) -> None:
    if not work.cancelled() and work.exception() is not None:
        log.error("a request failed after its time limit", exc_info=work.exception())
