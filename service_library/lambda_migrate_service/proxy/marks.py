"""Marks what the service answers to the proxy, so that the proxy can tell it from what others answer in its place.

A load balancer that has no target answers 503 itself, and an application may pass such an answer on: only the mark
tells the two apart. A refusal is marked too: it does not come from the application, and the proxy makes it a 502.
"""

from __future__ import annotations

import logging

from ..asgi import NOT_FOUND, Message, Send, answer
from .signature import PREFIX, Refused

SERVICE = (PREFIX + b"service", b"1")
REFUSED = PREFIX + b"refused"

log = logging.getLogger(__name__)


def marked(send: Send) -> Send:
    """Return a channel whose answers bear the mark."""

    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), SERVICE]}
        await send(message)

    return send_marked


def unreserved(send: Send) -> Send:
    """Return a channel for the application: it cannot write what the proxy takes for a mark."""

    async def send_unreserved(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [line for line in message.get("headers", ()) if not line[0].lower().startswith(PREFIX)]
            message = {**message, "headers": headers}
        await send(message)

    return send_unreserved


async def refuse(send: Send, refused: Refused) -> None:
    """Answer as if there were nothing; for the proxy, marked with the reason in one word."""
    log.warning("a request that claims to be the proxy's was refused: %s", refused.reason)
    await answer(send, 404, NOT_FOUND, extra=[(REFUSED, refused.reason.encode())])
