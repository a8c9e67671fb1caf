"""Who may use the application without the proxy: everybody, who knows a key, or nobody.

What API Gateway does in front of the application (authorizers, throttling, client certificates) protects nothing of the
service's own URL. `LAMBDA_MIGRATE_REQUIRE=header` lets in only what carries the key of `LAMBDA_MIGRATE_DOOR_KEY`, which
API Gateway adds to what it passes on; `signed` lets in the proxy alone. Health checks and the events endpoint prove
themselves, and are not asked.
"""

from __future__ import annotations

import hmac
from typing import Any

from .asgi import Application, Receive, Scope, Send, answer
from .environment import Environment
from .proxy.middleware import DOOR, SIGNED

HEADER = b"x-lambda-migrate-door-key"
OPEN, SIGNED_ONLY, BY_HEADER = "open", "signed", "header"
SHORTEST = 16
"""Characters of a key, at least."""

FORBIDDEN = {"message": "Forbidden"}  # as API Gateway puts it
_POLICY_VIOLATION = 1008  # of RFC 6455


class Door:
    """Answers 403 to requests that may not come in, and passes the others on, without the key.

    Args:
        require: `open`, `signed` or `header`.
        keys: Any of them is taken, so that one can follow another.
    """

    def __init__(self, require: str = OPEN, keys: tuple[str, ...] = ()) -> None:
        self.require = require
        self._keys = tuple(key.encode() for key in keys)

    @classmethod
    def read(cls, environment: Environment) -> Door:
        """Read `LAMBDA_MIGRATE_REQUIRE` and `LAMBDA_MIGRATE_DOOR_KEY`; what is wrong is remembered."""
        require = environment.choice("LAMBDA_MIGRATE_REQUIRE", OPEN, (OPEN, SIGNED_ONLY, BY_HEADER))
        keys = environment.items("LAMBDA_MIGRATE_DOOR_KEY")
        if require == BY_HEADER and not keys:
            environment.problems.append("LAMBDA_MIGRATE_REQUIRE=header needs LAMBDA_MIGRATE_DOOR_KEY, which is not set")
        if any(len(key) < SHORTEST or not key.isascii() or not key.isprintable() for key in keys):
            text = f"a key of LAMBDA_MIGRATE_DOOR_KEY must have at least {SHORTEST} printable ASCII characters"
            environment.problems.append(text)
        return cls(require, keys)

    def before(self, app: Application) -> Application:
        """Return the application behind the door."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] not in ("http", "websocket"):
                await app(scope, receive, send)
                return
            keyed = self._has_key(scope)
            if not self._lets_in(scope, keyed=keyed):
                await _refuse(scope, receive, send)
                return
            headers = [line for line in scope["headers"] if line[0].lower() != HEADER]
            await app({**scope, "headers": headers, DOOR: {"require": self.require, "key": keyed}}, receive, send)

        return guarded

    def _lets_in(self, scope: Scope, *, keyed: bool) -> bool:
        signed = scope.get(SIGNED) is not None
        return signed or self.require == OPEN or (self.require == BY_HEADER and keyed)

    def _has_key(self, scope: Scope) -> bool:
        """Tell whether the request carries a key, once; takes the same time whatever it carries."""
        given = [value for name, value in scope["headers"] if name.lower() == HEADER]
        one = given[0] if len(given) == 1 else b""
        same = [hmac.compare_digest(one, key) for key in self._keys]
        return any(same) and bool(one)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(send, 403, FORBIDDEN)
        return
    connect: Any = await receive()
    if connect["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
