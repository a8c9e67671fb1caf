"""The service half of a function that `lambda-migrate` has lifted off AWS Lambda.

Any ASGI application runs behind these parts. Each is a class or a function that a service names where it is put
together, and that may be left out or replaced there. What SNS needs is in `lambda_migrate_service.deliveries.sns`: it
wants the package `cryptography`.
"""

from __future__ import annotations

from .around import Around
from .asgi import Application, Message, Receive, Scope, Send
from .base_path import BasePath
from .consumer import Consumer, Polling
from .context import Function, LambdaContext
from .deliveries.api_destination import ApiDestination
from .deliveries.endpoint import EVENTS_PATH, Delivery, EventsEndpoint, Incoming, Sender, Unverifiable
from .deliveries.replay import Replays, private_directory
from .dispatch import HANDLERS, Dispatcher, HandlerFailed, on, registry
from .door import Door
from .environment import Environment, SettingsError
from .errors import ErrorBoundary
from .events import EVENTS, recognise
from .health import Health, Readiness
from .lifespan import Lifespan
from .lifted import Lifted, load
from .limits import Concurrency, TimeLimit
from .logs import RequestLog, configure_logs
from .named import Named
from .proxy import LambdaProxy, ProxyEvents, ProxyMiddleware, SignatureMiddleware, SignatureVerifier
from .serves import Serves
from .service import Service
from .settings import Settings
from .several import Several

__all__ = [
    "EVENTS",
    "EVENTS_PATH",
    "HANDLERS",
    "ApiDestination",
    "Application",
    "Around",
    "BasePath",
    "Concurrency",
    "Consumer",
    "Delivery",
    "Dispatcher",
    "Door",
    "Environment",
    "ErrorBoundary",
    "EventsEndpoint",
    "Function",
    "HandlerFailed",
    "Health",
    "Incoming",
    "LambdaContext",
    "LambdaProxy",
    "Lifespan",
    "Lifted",
    "Message",
    "Named",
    "Polling",
    "ProxyEvents",
    "ProxyMiddleware",
    "Readiness",
    "Receive",
    "Replays",
    "RequestLog",
    "Scope",
    "Send",
    "Sender",
    "Serves",
    "Service",
    "Settings",
    "SettingsError",
    "Several",
    "SignatureMiddleware",
    "SignatureVerifier",
    "TimeLimit",
    "Unverifiable",
    "configure_logs",
    "load",
    "on",
    "private_directory",
    "recognise",
    "registry",
]

__version__ = "1.0.0"
