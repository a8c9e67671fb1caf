"""Ends an exception of the application where it was raised: one answer, one log line, and the connection lives on.

Frameworks answer 500 and raise again, so that servers log it; servers then close the connection, a moment after the
answer and without a word, and whoever sends the next request on it gets nothing.
"""

from __future__ import annotations

import asyncio
import logging

from .asgi import Application, Message, Receive, Scope, Send, answer

HEAD_DELAY = 0.05
WHOLE = ("http.response.body", "http.response.pathsend")
"""Messages behind which an answer is whole, unless they say that more comes."""

log = logging.getLogger(__name__)


class ErrorBoundary:
    """Answers 500 for an application that raised before it had sent any of its answer's body.

    A raised exception is logged once, with its trace. An answer that was sent whole stays as it is, also if what comes
    behind it (a background task) fails. One that was sent in part is cut off: no client may take it for whole.

    Args:
        app: What comes next.
        head_delay: Seconds that the head of an answer waits for the first of its body, so that it can become a 500 yet;
            a client that listens to a stream of events wants to know soon that it is connected.
    """

    def __init__(self, app: Application, *, head_delay: float = HEAD_DELAY) -> None:
        self._app = app
        self._head_delay = head_delay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = _Answering(receive, send, self._head_delay)
        try:
            try:
                await self._app(scope, answering.receive, answering.send)
            finally:
                await answering.drain()
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:  # `exit()` in an endpoint too: it was that request's end, not the service's
            if answering.begun and not answering.whole:
                msg = "the answer was cut off by an error of the application"
                raise RuntimeError(msg) from error
            log.error("%s %s raised %s", scope["method"], scope["path"], type(error).__name__, exc_info=error)
            if answering.whole:
                return
        else:
            if answering.begun or answering.gone:
                return
            log.error("%s %s was not answered by the application", scope["method"], scope["path"])
        await answer(send, 500, {"message": "Internal Server Error"})


class _Answering:
    """One answer on its way. Its head waits for the first of its body, for a moment: it can still become a 500 then.

    Attributes:
        begun: Something of it was sent.
        whole: All of it was sent.
        gone: The client has gone away.
    """

    def __init__(self, receive: Receive, send: Send, head_delay: float) -> None:
        self._receive = receive
        self._send = send
        self._head_delay = head_delay
        self._head: Message | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._early: asyncio.Task[None] | None = None
        self.begun = self.whole = self.gone = False

    async def receive(self) -> Message:
        """Receive for the application."""
        message = await self._receive()
        self.gone = self.gone or message["type"] == "http.disconnect"
        return message

    async def send(self, message: Message) -> None:
        """Send for the application."""
        if message["type"] == "http.response.start" and self._head is None and not self.begun:
            self._head = message
            self._timer = asyncio.get_running_loop().call_later(self._head_delay, self._release)
            return
        await self.drain()
        await self._send_head()
        await self._send(message)
        self.begun = True
        self.whole = self.whole or (message["type"] in WHOLE and not message.get("more_body", False))

    async def drain(self) -> None:
        """Let nothing of it be sent by the clock any more; wait until what is being sent has been."""
        if self._timer is not None:
            self._timer.cancel()
        if self._early is not None:
            early, self._early = self._early, None
            await early

    def _release(self) -> None:
        self._early = asyncio.get_running_loop().create_task(self._send_head())

    async def _send_head(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            self.begun = True
            await self._send(head)
