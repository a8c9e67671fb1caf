"""The service: the lifted application behind its limits, its health checks and the door that events come through.

Read from the inside out: a request passes the request log, health, the concurrency limit, the events endpoint, the time
limit, and the door of the proxy, before the application has it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from functools import partial

from . import function, handlers, lifted, logs
from .asgi import Application, Receive, Scope, Send
from .base_path import BasePath
from .consumer import Consumer, Polling, sqs
from .deliveries.api_destination import ApiDestination
from .deliveries.endpoint import EventsEndpoint, Sender
from .deliveries.replay import Replays, private_directory
from .deliveries.sns import Sns
from .dispatch import Dispatcher
from .environment import resolve_secrets
from .health import Health, Readiness
from .lambda_migrate import Door, Proxy, Verifier  # goes with service/lambda_migrate
from .lambda_migrate.keys import Keys  # goes with service/lambda_migrate
from .lambda_migrate.signature import WINDOW  # goes with service/lambda_migrate
from .lifespan import Lifespan
from .limits import Concurrency, TimeLimit
from .settings import ROOT, Settings, prepared

__all__ = ["Service", "app", "build", "handlers"]


class Service:
    """The whole service, as an ASGI application.

    Args:
        http: Answers requests.
        lifespan: Answers start-up and shutdown.
        readiness: Whether requests may come.
        consumers: What polls queues.
    """

    def __init__(
        self, http: Application, lifespan: Lifespan, readiness: Readiness, consumers: Sequence[Consumer]
    ) -> None:
        self._http = http
        self._lifespan = lifespan
        self._readiness = readiness
        self._consumers = consumers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def drain(self) -> None:
        """Say "not ready" and take no new messages, before the server stops to listen."""
        self._readiness.draining = True
        for consumer in self._consumers:
            consumer.drain()


def build(variables: MutableMapping[str, str]) -> Service:
    """Put the service together.

    Args:
        variables: The environment; defaults and secrets are filled in.

    Raises:
        SettingsError: Variables are missing or wrong; told before any code of the function runs.
    """
    environment = prepared(variables)
    settings = Settings.read(environment)
    logs.configure(settings.log_level)
    environment.require(function.REQUIRED)
    environment.problems += resolve_secrets(variables, function.SECRETS)

    memory = private_directory(f"service-{function.FUNCTION.name}")
    polling = Polling.read(environment)
    senders: list[Sender] = [
        ApiDestination.read(environment, function.FUNCTION),
        Sns.read(environment, function.FUNCTION, memory),
    ]
    verifier = Verifier(Keys.read(environment))  # goes with service/lambda_migrate
    replays = Replays(memory / "proxy", WINDOW)  # goes with service/lambda_migrate
    senders.insert(0, Proxy(verifier, replays, function.FUNCTION))  # goes with service/lambda_migrate
    environment.check()

    code = lifted.load(ROOT / function.SOURCE, function.HANDLER, function.APP)
    dispatcher = Dispatcher(code.handler, workers=settings.concurrency)
    consumers = [
        Consumer(queue, partial(sqs, queue), dispatcher, function.FUNCTION, polling) for queue in polling.queues
    ]
    application: Application = BasePath(code.app, settings.base_path)
    application = Door(  # goes with service/lambda_migrate
        code.app,
        application,
        verifier=verifier,
        replays=replays,
        function=function.FUNCTION,
        version=settings.version,
        consumers=consumers,
    )
    application = TimeLimit(application, settings.timeout)
    application = EventsEndpoint(application, senders, dispatcher)
    application = Concurrency(application, settings.concurrency)
    readiness = Readiness()
    health = (function.HEALTH_PATH, function.READINESS_PATH)
    application = Health(application, readiness, health_path=health[0], readiness_path=health[1])
    application = logs.RequestLog(application, quiet=frozenset(health))
    return Service(application, Lifespan(code.app, settings.lifespan, consumers, readiness), readiness, consumers)


app = build(os.environ)
