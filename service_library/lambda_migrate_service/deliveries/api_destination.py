"""EventBridge API destinations: they prove themselves with an API key that only their connection knows."""

from __future__ import annotations

import hmac

from ..asgi import Headers, header
from ..context import Function, LambdaContext
from ..environment import Environment
from . import piped
from .endpoint import LARGEST_BODY, Delivery, Incoming, event_of

HEADER = "x-lambda-migrate-api-key"


class ApiDestination:
    """Takes `{"event": ...}`, or what a pipe sends, from whoever knows the key.

    Args:
        key: The key; empty closes the door.
        function: What the handlers' context tells of the function.
    """

    largest = LARGEST_BODY

    def __init__(self, key: str, function: Function) -> None:
        self._key = key.encode()
        self._function = function

    @classmethod
    def read(cls, environment: Environment, function: Function) -> ApiDestination:
        """Read `LAMBDA_MIGRATE_API_KEY`."""
        return cls(environment.text("LAMBDA_MIGRATE_API_KEY"), function)

    async def claims(self, headers: Headers) -> bool:
        """Tell whether the request carries the key; takes the same time whatever it carries."""
        given = (header(headers, HEADER) or "").encode("latin-1")
        return hmac.compare_digest(given, self._key) and bool(self._key)

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the event."""
        sends = header(incoming.headers, piped.HEADER)
        event, is_event = piped.event_of(incoming.body, sends) if sends else event_of(incoming.body)
        if not is_event:
            return False
        refused = piped.not_handled if sends else None
        return Delivery(event, LambdaContext({}, self._function), refused=refused)
