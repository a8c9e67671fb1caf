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
    Each has an event loop, not running, as the main thread has in which Lambda calls a handler: Mangum and many
    handlers ask for the current one to run a coroutine in it.

    A call that nobody awaits any more is not begun. If it has begun, nothing can stop it; its thread no longer counts,
    so that calls that hang do not use up the threads of all others.

    Args:
        most: Threads that there may be.
        name: What they are called.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._waiting: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._counted = 0
        self._unclaimed = 0  # threads that wait for a call, less the calls that wait for a thread

    async def run(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a call returns, or raise what it raises; it sees the context variables of whoever awaits it."""
        made = _Call(call, arguments)
        with self._lock:
            self._unclaimed -= 1
            self._start_one()
        self._waiting.put(made)
        try:
            return await made.outcome
        except asyncio.CancelledError:
            self._let_go(made)
            raise

    def _start_one(self) -> None:
        """Start a thread if one is wanted and may be; with the lock held."""
        if self._unclaimed < 0 and self._counted < self._most:
            self._started += 1
            self._counted += 1
            self._unclaimed += 1
            threading.Thread(target=self._serve, name=f"{self._name}-{self._started}", daemon=True).start()

    def _let_go(self, call: _Call) -> None:
        with self._lock:
            if call.running:
                call.running = False
                self._counted -= 1
                self._start_one()

    def _serve(self) -> None:
        loop = asyncio.new_event_loop()  # held here: asyncio's own reference goes while the interpreter ends
        asyncio.set_event_loop(loop)
        while True:
            call = self._waiting.get()
            with self._lock:
                begins = call.running = not call.outcome.done()
            if begins:
                call.make()
            with self._lock:
                if begins and not call.running:
                    return  # it was let go, and another thread may have its place
                call.running = False
                self._unclaimed += 1


class _Call:
    """A call, and who awaits it."""

    def __init__(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._call = call
        self._arguments = arguments
        self._context = contextvars.copy_context()
        self._loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self._loop.create_future()
        self.running = False

    def make(self) -> None:
        """Make the call, in any thread; tell the awaiter."""
        result: Any = None
        error: BaseException | None = None
        try:
            result = self._context.run(self._call, *self._arguments)
        except BaseException as raised:  # noqa: BLE001  # it is raised again where the call is awaited
            error = raised
        with suppress(RuntimeError):  # the loop is gone: nobody waits any more
            self._loop.call_soon_threadsafe(self._deliver, result, error)

    def _deliver(self, result: Any, error: BaseException | None) -> None:
        if self.outcome.done():
            return
        if error is None:
            self.outcome.set_result(result)
        else:
            self.outcome.set_exception(error)
