"""Where requests come in: those of the proxy with all that it knows, all others with nothing that they say of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

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
    read_body,
    target,
    with_body,
)
from ..context import Function
from ..deliveries.endpoint import LARGEST_BODY
from ..deliveries.replay import Replays
from ..logs import log_as
from . import original_request
from .signature import PREFIX, SignatureVerifier, SignedHeaders

PROBE_PATH = "/lambda-proxy-probe"
READS = ("GET", "HEAD", "OPTIONS", "TRACE")

log = logging.getLogger(__name__)


class Consumer(Protocol):
    """Something that the probe tells about."""

    def state(self) -> dict[str, Any]:
        """Return what it has done."""


class ProxyMiddleware:
    """Verifies, restores, and strips every reserved header before the application sees the request.

    Args:
        app: The application, for requests of the proxy.
        direct: The application as everybody else reaches it.
        verifier: Checks signatures.
        replays: The requests that have come already.
        function: The function that was lifted.
        version: Version of the service, for the probe.
        consumers: What else the probe tells about.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        app: Application,
        direct: Application,
        *,
        verifier: SignatureVerifier,
        replays: Replays,
        function: Function,
        version: str,
        consumers: Sequence[Consumer] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._direct = direct
        self._verifier = verifier
        self._replays = replays
        self._function = function
        self._version = version
        self._consumers = consumers
        self._started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(PREFIX)]
        signed = await self._verifier.signed_headers(scope["headers"]) if len(headers) < len(scope["headers"]) else None
        if signed is None or scope["type"] != "http":
            await self._unsigned({**scope, "headers": headers}, receive, send)
            return
        try:
            body = await read_body(receive, LARGEST_BODY)
        except BodyTooLarge:
            await answer(send, 413, {"detail": "Content Too Large"})
            return
        except Disconnected:
            return
        await self._claimed(scope, headers, signed, body, with_body(body, receive), send)

    async def _claimed(
        self, scope: Scope, headers: Headers, signed: SignedHeaders, body: bytes, receive: Receive, send: Send
    ) -> None:
        document = self._accepted(scope, signed, body)
        if document is None:
            await self._unsigned({**scope, "headers": headers}, receive, send)
        elif scope["path"] == PROBE_PATH:
            asked_by_client = original_request.is_http(document)
            await answer(send, *(404, NOT_FOUND) if asked_by_client else (200, self._probe()))
        else:
            original = original_request.original_scope(scope, document, headers, body, self._function)
            log_as(original["aws.context"].aws_request_id)
            await self._app(original, receive, send)

    def _accepted(self, scope: Scope, signed: SignedHeaders, body: bytes) -> dict[str, Any] | None:
        method: str = scope["method"]
        if not self._verifier.is_signed(signed, method, target(scope), body):
            log.warning("a request with a wrong signature came; what it says of itself is ignored")
            return None
        if method not in READS and not self._replays.claim(signed.request_id, signed.sent):
            log.warning("a request came twice; what it says of itself is ignored")
            return None
        try:
            return original_request.decode(signed.context) if signed.context else {}
        except ValueError as error:
            log.error("a signed request was not understood: %s", error)
            return None

    async def _unsigned(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == PROBE_PATH and scope["type"] == "http":
            await answer(send, 404, NOT_FOUND)
        else:
            await self._direct(scope, receive, send)

    def _probe(self) -> dict[str, Any]:
        return {
            "service": self._function.name,
            "version": self._version,
            "started": self._started,
            "consumers": [consumer.state() for consumer in self._consumers],
        }
