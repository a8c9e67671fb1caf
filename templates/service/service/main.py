"""The service: the lifted application behind its limits, its health checks and the door that events come through.

Read from the inside out: a request passes the request log, health, the concurrency limit, the events endpoint, the time
limit, and the door of the proxy, before the application has it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from functools import partial

from . import function, handlers, logs
from .asgi import Application, Receive, Scope, Send
from .base_path import BasePath
from .consumer import Consumer, Polling, sqs
from .deliveries.api_destination import ApiDestination
from .deliveries.endpoint import EventsEndpoint, Sender
from .deliveries.replay import private_directory
from .deliveries.sns import Sns
from .dispatch import Dispatcher
from .environment import resolve_secrets
from .function import FUNCTION
from .health import Health, Readiness
from .lambda_migrate import Wire  # goes with service/lambda_migrate
from .lifespan import Lifespan
from .lifted import Lifted, load
from .limits import Concurrency, TimeLimit, let_threads_run
from .settings import ROOT, Settings, prepared

__all__ = ["FUNCTION", "ROOT", "Service", "app", "build", "handlers"]


class Service:
    """The whole service, as an ASGI application.

    Args:
        http: Answers requests.
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
        self._http = http
        self._lifespan = lifespan
        self.readiness = readiness
        self._consumers = consumers
        self._concurrency = concurrency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            let_threads_run(self._concurrency)
            await self._lifespan(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def drain(self) -> None:
        """Say "not ready" and take no new messages, before the server stops to listen."""
        self.readiness.draining = True
        for consumer in self._consumers:
            consumer.drain()


def build(variables: MutableMapping[str, str], code: Lifted | None = None) -> Service:
    """Put the service together.

    Args:
        variables: The environment; defaults and secrets are filled in.
        code: What stands behind it all; by default the lifted code, imported once the settings are right.

    Raises:
        SettingsError: Variables are missing or wrong; told before any code of the function runs.
    """
    environment = prepared(variables)
    settings = Settings.read(environment)
    logs.configure(settings.log_level)
    environment.require(function.REQUIRED)
    environment.problems += resolve_secrets(variables, (*function.SECRETS, "LAMBDA_MIGRATE_API_KEY"))
    memory = private_directory(f"service-{FUNCTION.name}")
    wire = Wire.read(environment, FUNCTION, memory)  # goes with service/lambda_migrate
    senders: list[Sender] = [
        wire.sender,  # goes with service/lambda_migrate
        ApiDestination.read(environment, FUNCTION),
        Sns.read(environment, FUNCTION, memory),
    ]
    polling = Polling.read(environment, settings.concurrency)
    environment.check()

    code = code or load(ROOT / function.SOURCE, function.HANDLER, function.APP)
    dispatcher = Dispatcher(code.handler, workers=settings.concurrency + polling.batches)
    consumers = [Consumer(queue, partial(sqs, queue), dispatcher, FUNCTION, polling) for queue in polling.queues]
    application: Application = BasePath(code.app, settings.base_path)
    application = wire.door(code.app, application, settings.version, consumers)  # goes with service/lambda_migrate
    application = EventsEndpoint(TimeLimit(application, settings.timeout), senders, dispatcher)
    return _watched(Concurrency(application, settings.concurrency), code.app, settings, consumers)


def _watched(
    application: Application, lifted: Application, settings: Settings, consumers: Sequence[Consumer]
) -> Service:
    readiness = Readiness()
    health, ready = function.HEALTH_PATH, function.READINESS_PATH
    application = Health(application, readiness, health_path=health, readiness_path=ready)
    application = logs.RequestLog(application, quiet=frozenset((health, ready)))
    lifespan = Lifespan(lifted, settings.lifespan, consumers, readiness)
    return Service(application, lifespan, readiness, consumers, settings.concurrency)


app = build(os.environ)
