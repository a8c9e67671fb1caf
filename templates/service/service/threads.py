"""Threads for code that blocks: kept for the next call, and never in the way of the process's end."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class Threads:
    """Runs calls in threads, as many at once as there may be.

    The threads are daemons: a call that never returns does not keep the process alive once it has been told to stop.
    Each has an event loop, not running, as the main thread has in which Lambda calls a handler: Mangum and many handlers
    ask for the current one to run a coroutine in it.

    Args:
        most: Threads that there may be.
        name: What they are called.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._unclaimed = 0

    async def run(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a call returns, or raise what it raises; it sees the context variables of whoever awaits it."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        context = contextvars.copy_context()

        def work() -> None:
            result: Any = None
            error: BaseException | None = None
            try:
                result = context.run(call, *arguments)
            except BaseException as raised:  # noqa: BLE001  # it is raised again where the call is awaited
                error = raised
            with suppress(RuntimeError):  # the loop is gone: nobody waits any more
                loop.call_soon_threadsafe(_settle, outcome, result, error)

        with self._lock:
            self._unclaimed -= 1
            if self._unclaimed < 0 and self._started < self._most:
                self._started += 1
                self._unclaimed += 1
                threading.Thread(target=self._serve, name=f"{self._name}-{self._started}", daemon=True).start()
        self._waiting.put(work)
        return await outcome

    def _serve(self) -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        while True:
            self._waiting.get()()
            with self._lock:
                self._unclaimed += 1


def _settle(outcome: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if outcome.done():
        return
    if error is None:
        outcome.set_result(result)
    else:
        outcome.set_exception(error)
