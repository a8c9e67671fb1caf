"""The service as a whole: requests, start-up and shutdown behind one ASGI application."""

from __future__ import annotations

from collections.abc import Sequence

from .asgi import Application, Receive, Scope, Send
from .connections import Connections
from .consumer import Consumer
from .health import Readiness
from .lifespan import Lifespan
from .limits import let_threads_run


class Service:
    """The whole service, as an ASGI application.

    Args:
        http: Answers requests; the ends of their connections are announced.
        lifespan: Answers start-up and shutdown.
        readiness: Whether requests may come.
        consumers: What polls queues.
        concurrency: Requests that may run at once.
    """

    def __init__(
        self,
        http: Application,
        lifespan: Lifespan,
        readiness: Readiness,
        consumers: Sequence[Consumer],
        concurrency: int,
    ) -> None:
        self._http = Connections(http, readiness)
        self._lifespan = lifespan
        self.readiness = readiness
        self.consumers = consumers
        self._concurrency = concurrency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            let_threads_run(self._concurrency)
            await self._lifespan(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def drain(self) -> None:
        """Say "not ready" and take no new messages, before the server stops listening."""
        self.readiness.draining = True
        for consumer in self.consumers:
            consumer.drain()
