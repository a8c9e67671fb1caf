"""The endpoint for events with its proxy, an API destination, and a handler that remembers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.api_destination import ApiDestination
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.proxy import ProxyEvents, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.service_library.calling import Recorder, call
from tests.service_library.signer import signed

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)


class World:
    def __init__(self, directory: Path, handler: Any = None, *, handlers: Any = None, keys: str = "k1:s") -> None:
        self.calls: list[tuple[Any, Any]] = []
        self.app = Recorder()
        proxy = ProxyEvents(SignatureVerifier(SigningKeys(parse(keys))), Replays(directory, 300.0), FUNCTION)
        dispatcher = Dispatcher(handler or self.handle, workers=4, handlers=handlers or {})
        self.endpoint = EventsEndpoint(self.app, [proxy, ApiDestination("the-api-key", FUNCTION)], dispatcher)

    def handle(self, event: Any, context: Any) -> Any:
        self.calls.append((event, context))
        return {"handled": event}

    def deliver(self, event: Any, **signing: Any) -> Any:
        body = json.dumps({"event": event}).encode()
        return call(self.endpoint, "POST", EVENTS_PATH, signed("POST", EVENTS_PATH, body, key="k1:s", **signing), body)
