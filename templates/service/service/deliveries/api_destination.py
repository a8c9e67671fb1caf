"""EventBridge API destinations: they prove themselves with an API key that only their connection knows."""

from __future__ import annotations

import hmac
import logging

from ..asgi import Headers, header
from ..context import Function, LambdaContext
from ..environment import Environment
from .endpoint import Delivery, Incoming, event_of

HEADER = "x-lambda-migrate-api-key"

log = logging.getLogger(__name__)


class ApiDestination:
    """Takes `{"event": ...}` from whoever knows the key.

    Args:
        key: The key; empty closes the door.
        function: What the handlers' context tells of the function.
    """

    def __init__(self, key: str, function: Function) -> None:
        self._key = key.encode()
        self._function = function

    @classmethod
    def read(cls, environment: Environment, function: Function) -> ApiDestination:
        """Read `LAMBDA_MIGRATE_API_KEY`."""
        return cls(environment.text("LAMBDA_MIGRATE_API_KEY"), function)

    def claims(self, headers: Headers) -> bool:
        """Tell whether the request carries a key."""
        return any(name == HEADER.encode() for name, _ in headers)

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the event if the key is right."""
        given = (header(incoming.headers, HEADER) or "").encode("latin-1")
        if not self._key or not hmac.compare_digest(given, self._key):
            log.warning("an event with a wrong API key was refused")
            return False
        event, found = event_of(incoming.body)
        return Delivery(event, LambdaContext({}, self._function)) if found else False
