"""Where requests come in: those of the proxy with all that it knows, all others with nothing that they say of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..asgi import (
    FROM_CLIENT,
    NOT_FOUND,
    Application,
    BodyTooLarge,
    Disconnected,
    Receive,
    Scope,
    Send,
    answer,
    read_body,
    target,
    with_body,
)
from ..base_path import BasePath
from ..context import Function
from ..deliveries.endpoint import LARGEST_BODY
from ..deliveries.replay import ReplayStore
from ..logs import log_as
from ..routes import paths
from . import original_request
from .marks import marked, refuse, unreserved
from .signature import PREFIX, Refused, SignatureVerifier, SignedRequest

PROBE_PATH = "/lambda-proxy-probe"
REHEARSAL = re.compile(r"(/[^/]+){0,3}/lambda-migrate-probe-[0-9a-f]{16}")
"""The path that API Gateway is tried with, a stage's name and the beginning of a resource's path in front of it."""
READS = ("GET", "HEAD", "OPTIONS", "TRACE")
TOLD_PATHS = 100
DOOR = "lambda_migrate.door"
"""Key of the scope below which the door leaves what it asks for, and whether the request has it."""

SIGNED = "lambda_migrate.signed"
"""Key of the scope below which the outer half leaves what it has verified for the inner one."""


class Consumer(Protocol):
    """Something that the probe tells about."""

    def state(self) -> dict[str, Any]:
        """Return what it has done."""


class SignatureMiddleware:
    """Refuses who claims to be the proxy and is not, before a body is read; marks all answers to the proxy.

    It stands in front of the health checks and limits: a path that a client of the API chose is the application's, also
    where it is that of a health check.

    Args:
        app: What comes next.
        verifier: Checks signatures.
    """

    def __init__(self, app: Application, verifier: SignatureVerifier) -> None:
        self._app = app
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            try:
                signed = await self._verifier.verify(scope["method"], target(scope), scope["headers"])
            except Refused as refused:
                await refuse(marked(send), refused)
                return
            if signed is not None:
                scope = {**scope, SIGNED: signed, FROM_CLIENT: signed.is_http}
                send = marked(send)
        await self._app(scope, receive, send)


class ProxyMiddleware:
    """Restores what the proxy signed, and strips every reserved header before the application sees the request.

    Args:
        app: The application, for requests of the proxy.
        direct: The application as everybody else reaches it.
        verifier: Checks signatures, where `SignatureMiddleware` has not.
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
        replays: ReplayStore,
        function: Function,
        version: str,
        consumers: Sequence[Consumer] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._direct = direct
        self._verified = SignatureMiddleware(self._serve, verifier)
        self._replays = replays
        self._function = function
        self._version = version
        self._consumers = consumers
        self._started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await (self._serve if SIGNED in scope else self._verified)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        signed: SignedRequest | None = scope.get(SIGNED)
        scope = {name: value for name, value in scope.items() if name not in (SIGNED, FROM_CLIENT)}
        scope["headers"] = [line for line in scope["headers"] if not line[0].lower().startswith(PREFIX)]
        if signed is None:
            await self._unsigned(scope, receive, send)
            return
        try:
            body = await self._body(scope["method"], signed, receive)
        except Refused as refused:
            await refuse(send, refused)
        except BodyTooLarge:
            await answer(send, 413, {"detail": "Content Too Large"})
        except Disconnected:
            pass
        else:
            await self._signed(scope, signed, body, receive, send)

    async def _body(self, method: str, signed: SignedRequest, receive: Receive) -> bytes:
        """Read the body of a request that may be served: a write once, and with the body that was signed.

        It is taken as having come before its body has: nobody can send a signature again while its body is on the way.
        """
        if method not in READS:
            await signed.claim(self._replays)
        body = await read_body(receive, LARGEST_BODY)
        signed.check(body)
        return body

    async def _signed(self, scope: Scope, signed: SignedRequest, body: bytes, receive: Receive, send: Send) -> None:
        if scope["path"] == PROBE_PATH or REHEARSAL.fullmatch(scope["path"]):
            told = {**self._probe(), "door": scope.get(DOOR)}
            await answer(send, *(404, NOT_FOUND) if signed.is_http else (200, told))
            return
        scope = _without_door(scope)
        original = original_request.original_scope(scope, signed.document, body, self._function)
        log_as(original["aws.context"].aws_request_id)
        await self._app(original, with_body(body, receive), unreserved(send))

    async def _unsigned(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == PROBE_PATH and scope["type"] == "http":
            await answer(send, 404, NOT_FOUND)
        else:
            await self._direct(_without_door(scope), receive, send)

    def _probe(self) -> dict[str, Any]:
        return {
            "service": self._function.name,
            "version": self._version,
            "started": self._started,
            "consumers": [consumer.state() for consumer in self._consumers],
            "base_path": self._direct.prefix if isinstance(self._direct, BasePath) else "",
            "paths": [path for _method, path in paths(self._app, "GET")][:TOLD_PATHS],
        }


def _without_door(scope: Scope) -> Scope:
    return {name: value for name, value in scope.items() if name != DOOR}
