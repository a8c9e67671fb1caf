"""The service as a whole: requests, start-up and shutdown behind one ASGI application."""

from __future__ import annotations

from collections.abc import Sequence

from .asgi import Application, Receive, Scope, Send
from .connections import Connections
from .consumer import Consumer
from .environment import SettingsError
from .health import Readiness
from .lifespan import Lifespan
from .limits import let_threads_run
from .serves import Serves


class Service:
    """The whole service, as an ASGI application.

    Args:
        http: Answers requests; the ends of their connections are announced.
        lifespan: Answers start-up and shutdown.
        readiness: Whether requests may come.
        consumers: What polls queues.
        concurrency: Requests that may run at once.
        serves: What it answers for, where several functions share a process; see :class:`Several`.
    """

    def __init__(
        self,
        http: Application,
        lifespan: Lifespan,
        readiness: Readiness,
        consumers: Sequence[Consumer],
        concurrency: int,
        serves: Serves | None = None,
    ) -> None:
        self._http = Connections(http, readiness)
        self._lifespan = lifespan
        self.readiness = readiness
        self.consumers = consumers
        self.concurrency = concurrency
        self._serves = serves

    @property
    def serves(self) -> Serves:
        """What it answers for.

        Raises:
            SettingsError: Nobody has said so.
        """
        if self._serves is None:
            raise SettingsError(
                ["a service does not say what it serves: run `lambda-migrate init` for its function again"]
            )
        return self._serves

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            let_threads_run(self.concurrency)
            await self._lifespan(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def drain(self) -> None:
        """Say "not ready" and take no new messages, before the server stops listening."""
        self.readiness.draining = True
        for consumer in self.consumers:
            consumer.drain()
