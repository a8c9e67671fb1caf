"""The service: the lifted application behind its limits, its health checks and the endpoint that events come through.

Read from the inside out: a request passes the request log, the check of its signature, the error boundary, health, the
concurrency limit, the events endpoint, the time limit, and the middleware of the proxy, before the application has it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from functools import partial

from lambda_migrate_service import logs
from lambda_migrate_service.asgi import Application
from lambda_migrate_service.base_path import BasePath
from lambda_migrate_service.consumer import Consumer, Polling, sqs
from lambda_migrate_service.deliveries.api_destination import ApiDestination
from lambda_migrate_service.deliveries.endpoint import EventsEndpoint, Sender
from lambda_migrate_service.deliveries.replay import private_directory
from lambda_migrate_service.deliveries.sns import Sns
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import resolve_secrets
from lambda_migrate_service.errors import ErrorBoundary
from lambda_migrate_service.health import Health, Readiness
from lambda_migrate_service.lifespan import Lifespan
from lambda_migrate_service.lifted import Lifted, load
from lambda_migrate_service.limits import Concurrency, TimeLimit
from lambda_migrate_service.proxy import LambdaProxy  # goes with the proxy
from lambda_migrate_service.service import Service

from . import function, handlers
from .function import FUNCTION
from .settings import ROOT, prepared, read

__all__ = ["FUNCTION", "ROOT", "app", "build", "handlers"]


def build(variables: MutableMapping[str, str], code: Lifted | None = None) -> Service:
    """Put the service together.

    Args:
        variables: The environment; defaults and secrets are filled in.
        code: What stands behind it all; by default the lifted code, imported once the settings are right.

    Raises:
        SettingsError: Variables are missing or wrong; told before any code of the function runs.
    """
    environment = prepared(variables)
    settings = read(environment)
    logs.configure(settings.log_level)
    environment.require(function.REQUIRED)
    environment.problems += resolve_secrets(variables, (*function.SECRETS, "LAMBDA_MIGRATE_API_KEY"))
    memory = private_directory(f"service-{FUNCTION.name}")
    proxy = LambdaProxy.read(environment, FUNCTION, memory)  # goes with the proxy
    senders: list[Sender] = [
        proxy.events,  # goes with the proxy
        ApiDestination.read(environment, FUNCTION),
        Sns.read(environment, FUNCTION, memory),
    ]
    polling = Polling.read(environment, settings.concurrency)
    environment.check()

    code = code or load(ROOT / function.SOURCE, function.HANDLER, function.APP)
    dispatcher = Dispatcher(code.handler, workers=settings.concurrency + polling.batches)
    consumers = [Consumer(queue, partial(sqs, queue), dispatcher, FUNCTION, polling) for queue in polling.queues]
    application: Application = BasePath(code.app, settings.base_path)
    application = proxy.middleware(code.app, application, settings.version, consumers)  # goes with the proxy
    application = EventsEndpoint(TimeLimit(application, settings.timeout), senders, dispatcher)
    application = Concurrency(application, settings.concurrency)
    readiness = Readiness()
    health, ready = function.HEALTH_PATH, function.READINESS_PATH
    application = Health(application, readiness, health_path=health, readiness_path=ready)
    application = ErrorBoundary(application)
    application = proxy.signatures(application)  # goes with the proxy
    application = logs.RequestLog(application, quiet=frozenset((health, ready)))
    lifespan = Lifespan(code.app, settings.lifespan, consumers, readiness)
    return Service(application, lifespan, readiness, consumers, settings.concurrency)


app = build(os.environ)
