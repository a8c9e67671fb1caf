"""The body of a request to an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Receive = Callable[[], Awaitable[dict[str, Any]]]


async def read(receive: Receive) -> bytes:
    """Return the whole body, whose parts come in one message each.

    https://asgi.readthedocs.io/en/latest/specs/www.html#request-receive-event
    """
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
