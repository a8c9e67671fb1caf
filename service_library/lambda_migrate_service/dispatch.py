"""Hands an event to whoever takes it: a handler registered with `on`, else the lifted function's own handler."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any

from .context import LambdaContext
from .events import EVENTS, recognise
from .threads import Threads

Handler = Callable[[Any, LambdaContext], Any]

LONGEST_MESSAGE = 256 * 1024  # with a longer one the answer might be more than the proxy takes

log = logging.getLogger(__name__)

HANDLERS: dict[str, Handler] = {}


class HandlerFailed(Exception):
    """A handler raised, or took too long.

    Args:
        error_type: Name of the exception's class, as Lambda would report it.
        message: What the exception said.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.message = message


Register = Callable[[str], Callable[[Handler], Handler]]


def registry() -> tuple[dict[str, Handler], Register]:
    """Return handlers of one function by kind, and the decorator that registers them; of one of several functions."""
    handlers: dict[str, Handler] = {}
    return handlers, _registering(handlers)


def _registering(handlers: dict[str, Handler]) -> Register:
    def on(kind: str) -> Callable[[Handler], Handler]:
        """Register a handler for one kind of event, in place of the lifted function's handler.

        A plain function runs in a thread of its own, a coroutine function on the event loop. Both get the event and a
        Lambda context, and what they return is what the caller of the function gets.

        Raises:
            ValueError: The kind is unknown, or has a handler already.
        """
        if kind not in EVENTS:
            msg = f"`{kind}` is not a kind of event; known are {', '.join(EVENTS)}"
            raise ValueError(msg)

        def register(handler: Handler) -> Handler:
            if kind in handlers:
                msg = f"`{kind}` is handled by `{handlers[kind].__name__}` already"
                raise ValueError(msg)
            handlers[kind] = handler
            return handler

        return register

    return on


on = _registering(HANDLERS)


class Dispatcher:
    """Runs handlers, each with the deadline of its context.

    Args:
        lifted: The lifted function's handler; None once it has nothing left to do.
        workers: How many plain functions may run at once.
        handlers: The registered handlers, by kind.
    """

    def __init__(self, lifted: Handler | None, *, workers: int, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        self._lifted = lifted
        self._handlers = handlers
        self._threads = Threads(workers, "event")

    async def run(self, event: Any, context: LambdaContext) -> Any:
        """Return what the handler of this event returns.

        Raises:
            HandlerFailed: The handler raised, took longer than its deadline, or there is none.
        """
        kind = recognise(event)
        handler = self._handlers.get(kind) or self._lifted
        if handler is None:
            raise HandlerFailed("HandlerNotFound", f"nothing handles `{kind}` events")
        seconds = context.get_remaining_time_in_millis() / 1000
        work = asyncio.ensure_future(self._start(handler, event, context))
        try:
            finished, _ = await asyncio.wait({work}, timeout=seconds)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if not finished:
            work.cancel()
            message = f"{context.aws_request_id} Task timed out after {seconds:.2f} seconds"
            log.error("%s event: %s", kind, message)
            raise HandlerFailed("Sandbox.Timedout", message)
        if work.cancelled():  # by the handler itself
            raise HandlerFailed("CancelledError", "the handler was cancelled")
        response = work.result()
        if not EVENTS[kind].accepts(response):
            log.warning("%s event: the handler's answer is none that its caller understands", kind)
        return response

    async def _start(self, handler: Handler, event: Any, context: LambdaContext) -> Any:
        if not inspect.iscoroutinefunction(handler):
            return await self._threads.run(_call, handler, event, context)
        try:
            return await handler(event, context)
        except asyncio.CancelledError:  # past its deadline, or the service ends
            raise
        except BaseException as error:
            raise _failure(error) from error


def _call(handler: Handler, event: Any, context: LambdaContext) -> Any:
    try:
        return handler(event, context)
    except BaseException as error:
        raise _failure(error) from error


def _failure(error: BaseException) -> HandlerFailed:
    """Return what the caller is told; whatever was raised, it must not end the whole service."""
    log.error("the handler raised %s", type(error).__name__, exc_info=error)
    try:
        if isinstance(error, SystemExit):  # on Lambda it ended one environment
            return HandlerFailed("Runtime.ExitError", f"the handler called exit({error.code})")
        return HandlerFailed(type(error).__name__, str(error)[:LONGEST_MESSAGE])
    except Exception:  # noqa: BLE001  # `__str__` is code of theirs too
        return HandlerFailed(type(error).__name__, "its message cannot be read")
