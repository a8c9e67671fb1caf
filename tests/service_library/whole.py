"""The whole service, put together as `init` writes it in `main.py`, around any application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate_service import (
    BasePath,
    Concurrency,
    Consumer,
    Dispatcher,
    Door,
    ErrorBoundary,
    EventsEndpoint,
    Function,
    Health,
    LambdaProxy,
    Lifespan,
    Readiness,
    Replays,
    RequestLog,
    Service,
    SignatureVerifier,
    TimeLimit,
)
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

OPEN_DOOR = Door()
FUNCTION = Function("parcels", "eu-central-1", "210987654321", 256, 30.0)


def whole(
    app: Any,
    handler: Callable[[Any, Any], Any],
    memory: Path,
    keys: str,
    *,
    concurrency: int = 10,
    consumers: Sequence[Consumer] = (),
    door: Door = OPEN_DOOR,
) -> Service:
    """Return the service.

    Args:
        app: The application.
        handler: The lifted handler.
        memory: Where the ids of signed requests are remembered.
        keys: Who may sign, `id:secret`.
        concurrency: Requests at once.
        consumers: What polls queues.
        door: Whom it lets in.
    """
    proxy = LambdaProxy(SignatureVerifier(SigningKeys(parse(keys))), Replays(memory, 300.0), FUNCTION)
    dispatcher = Dispatcher(handler, workers=concurrency, handlers={})
    readiness = Readiness()
    inner: Any = BasePath(app, "")
    inner = proxy.middleware(app, inner, "1", [])
    inner = TimeLimit(door.before(inner), FUNCTION.timeout)
    inner = EventsEndpoint(inner, [proxy.events], dispatcher)
    inner = Concurrency(inner, concurrency)
    inner = ErrorBoundary(Health(inner, readiness))
    inner = RequestLog(proxy.signatures(inner), quiet=frozenset(("/healthz", "/readyz")))
    return Service(inner, Lifespan(app, "off", consumers, readiness), readiness, consumers, concurrency)
