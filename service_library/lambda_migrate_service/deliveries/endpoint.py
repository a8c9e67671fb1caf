"""`POST /lambda-proxy-non-api-events`: the one door for events other than HTTP requests.

Whoever cannot prove who they are gets the same 404 as if the path did not exist.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from ..asgi import (
    NOT_FOUND,
    Application,
    BodyTooLarge,
    Disconnected,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    answer_bytes,
    read_body,
    target,
)
from ..context import LambdaContext
from ..dispatch import Dispatcher, HandlerFailed
from ..logs import log_as
from ..marshal import marshalled
from ..serves import Serves

EVENTS_PATH = "/lambda-proxy-non-api-events"
LARGEST_BODY = 20 * 1024 * 1024  # Lambda takes 6 MB of UTF-8; escaped as ASCII, two-byte letters take three times that

SLOWEST_BODY = 30.0  # seconds; until then nobody knows who sends it, and it takes the place of a request

log = logging.getLogger(__name__)


class Unverifiable(Exception):
    """What proves the sender cannot be had now; the sender had better try again."""


class UnderWay(Exception):
    """The very event is being handled already; the sender had better try again, in case that fails."""


@dataclass(frozen=True)
class Incoming:
    """A request to the endpoint, before anybody knows who sent it."""

    method: str
    target: bytes
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Delivery:
    """An event from somebody who proved who they are.

    Attributes:
        event: What the Lambda function would have got.
        context: And its context.
        delivered: Awaited once the event has been handled.
        failed: Awaited once its handler has failed.
        refused: Tells whether what the handler returned means that it was not handled; None where it means nothing.
    """

    event: Any
    context: LambdaContext
    delivered: Callable[[], Awaitable[object]] | None = None
    failed: Callable[[], Awaitable[object]] | None = None
    refused: Callable[[Any], bool] | None = None


class Sender(Protocol):
    """Somebody who delivers events.

    Attributes:
        largest: Bytes that a request of theirs may have.
    """

    largest: int

    async def claims(self, headers: Headers) -> bool:
        """Tell whether the request can come from this sender, before its body is read."""

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the event; False if the sender did not prove itself, True if there is nothing to handle.

        Raises:
            Unverifiable: It cannot be told now whether the sender is who it says.
            UnderWay: The event is being handled already.
        """


@runtime_checkable
class Signing(Protocol):
    """A sender that signs requests of all kinds."""

    async def signed_for(self, scope: Scope) -> str:
        """Return the function that a request was signed for, "" where none of the keys has signed it."""


class EventsEndpoint:
    """Answers the events path and passes everything else on.

    Args:
        app: What comes next.
        senders: Who may deliver, in the order they are asked.
        dispatcher: Who handles.
        body_timeout: Seconds that a body may take to come.
    """

    def __init__(
        self, app: Application, senders: Sequence[Sender], dispatcher: Dispatcher, *, body_timeout: float = SLOWEST_BODY
    ) -> None:
        self._app = app
        self._senders = senders
        self._dispatcher = dispatcher
        self._body_timeout = body_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != EVENTS_PATH:
            await self._app(scope, receive, send)
            return
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        sender = await self._sender(headers)
        if sender is None or scope["method"] != "POST":
            log.warning("refused an unsigned event")
            await answer(send, 404, NOT_FOUND)
            return
        try:
            body = await asyncio.wait_for(read_body(receive, sender.largest), self._body_timeout)
            delivery = await sender.receive(Incoming(scope["method"], target(scope), headers, body))
        except BodyTooLarge:
            await answer(send, 413, {"detail": "Content Too Large"})
        except asyncio.TimeoutError:  # another class before Python 3.11
            await answer(send, 408, {"detail": "Request Timeout"})
        except (Unverifiable, UnderWay):
            await answer(send, 503, {"message": "Service Unavailable"})
        except Disconnected:
            pass
        else:
            await self._take(delivery, send)

    async def _take(self, delivery: Delivery | bool, send: Send) -> None:  # noqa: FBT001  # what a sender returned
        if isinstance(delivery, Delivery):
            log_as(delivery.context.aws_request_id)
            await self._handle(delivery, send)
        else:
            await answer(send, *(200, None) if delivery else (404, NOT_FOUND))

    def serves(self, function: str, app: Application, base_path: str, readiness_path: str) -> Serves:
        """Return what the function answers for, where it is one of several.

        Args:
            function: Its name.
            app: The lifted application.
            base_path: The prefix that its old callers use.
            readiness_path: Where its readiness is asked.
        """
        return Serves(function, app, base_path, readiness_path, self.claims, self._signed_for)

    async def _signed_for(self, scope: Scope) -> str:
        for sender in self._senders:
            if isinstance(sender, Signing) and (function := await sender.signed_for(scope)):
                return function
        return ""

    async def claims(self, headers: Headers) -> bool:
        """Tell whether one of the senders delivers an event with these headers, before its body is read.

        Args:
            headers: With their names in lower case.
        """
        return await self._sender(headers) is not None

    async def _sender(self, headers: Headers) -> Sender | None:
        for sender in self._senders:
            if await sender.claims(headers):
                return sender
        return None

    async def _handle(self, delivery: Delivery, send: Send) -> None:
        try:
            body = await self._ran(delivery)
        except HandlerFailed as failure:
            await answer(send, 500, {"errorType": failure.error_type, "errorMessage": failure.message})
            return
        if delivery.delivered:
            await delivery.delivered()
        await answer_bytes(send, 200, body)

    async def _ran(self, delivery: Delivery) -> bytes:
        """Run the handler and return what Lambda would answer; whatever ends it early, the sender is told of it."""
        try:
            response = await self._dispatcher.run(delivery.event, delivery.context)
            _require_handled(delivery, response)
            return _as_lambda_writes_it(response)
        except BaseException:  # the request may be cut off, too
            if delivery.failed:
                await delivery.failed()
            raise


def _require_handled(delivery: Delivery, response: object) -> None:
    if delivery.refused and delivery.refused(response):
        raise HandlerFailed("BatchItemFailures", "the handler names records that it has not handled")


def event_of(body: bytes) -> tuple[Any, bool]:
    """Take the event out of its envelope `{"event": ...}`.

    Returns:
        The event, and whether there was one.
    """
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return None, False
    return (envelope["event"], True) if isinstance(envelope, dict) and "event" in envelope else (None, False)


def _as_lambda_writes_it(response: object) -> bytes:
    try:
        return marshalled(response)
    except (TypeError, ValueError, RecursionError) as error:
        message = f"Unable to marshal response: {error}"
        log.error(message)
        raise HandlerFailed("Runtime.MarshalError", message) from error
