"""Tells whether a request was signed by the proxy: HMAC-SHA256 over all that the service will act upon."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..asgi import Headers, header
from .signing_keys import SigningKeys

PREFIX = b"x-lambda-migrate-"
WINDOW = 300.0
_REQUEST_ID = re.compile(r"^[0-9a-f]{32}$")
_TIMESTAMP = re.compile(r"^[0-9]{1,15}$")


@dataclass(frozen=True)
class SignedHeaders:
    """What a request says of itself, before the signature is checked.

    Attributes:
        secret: The key that it says it is signed with.
        timestamp: When it was signed: epoch milliseconds, as written.
        request_id: Fresh for each attempt.
        context: The encoded context, or "".
        signature: Hexadecimal.
    """

    secret: bytes
    timestamp: str
    request_id: str
    context: str
    signature: str

    @property
    def sent(self) -> float:
        """When it was signed, in epoch seconds."""
        return int(self.timestamp) / 1000


def string_to_sign(method: str, target: bytes, body: bytes, signed: SignedHeaders) -> bytes:
    """Return the text that both ends sign."""
    lines = (
        b"v1",
        method.encode(),
        target,
        hashlib.sha256(body).hexdigest().encode(),
        hashlib.sha256(signed.context.encode("latin-1")).hexdigest().encode(),
        signed.timestamp.encode(),
        signed.request_id.encode(),
    )
    return b"\n".join(lines)


class SignatureVerifier:
    """Checks signatures.

    Args:
        keys: The active keys.
        clock: Epoch seconds.
    """

    def __init__(self, keys: SigningKeys, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock

    async def signed_headers(self, headers: Headers) -> SignedHeaders | None:
        """Return the signed headers of a request, or None where they cannot be valid.

        It cannot where something is missing or comes twice, the key is unknown, or the time is more than five minutes
        off; so that nothing is read for a request that has no chance.
        """
        values = {
            name: header(headers, f"x-lambda-migrate-{name}")
            for name in ("key-id", "timestamp", "request-id", "signature")
        }
        if any(value is None for value in values.values()):
            return None
        contexts = sum(name.lower() == PREFIX + b"context" for name, _ in headers)
        timestamp, request_id = values["timestamp"] or "", values["request-id"] or ""
        if contexts > 1 or not _TIMESTAMP.match(timestamp) or not _REQUEST_ID.match(request_id):
            return None
        if not self._is_of_now(timestamp):
            return None
        secret = await self._keys.find(values["key-id"] or "")
        if secret is None:
            return None
        context = header(headers, "x-lambda-migrate-context") or ""
        return SignedHeaders(secret, timestamp, request_id, context, values["signature"] or "")

    def is_signed(self, signed: SignedHeaders, method: str, target: bytes, body: bytes) -> bool:
        """Tell whether the signature is that of this request; takes the same time either way.

        The time is looked at again: whoever sends a body slowly could wait until the request is no longer remembered.
        """
        expected = hmac.new(signed.secret, string_to_sign(method, target, body, signed), hashlib.sha256).hexdigest()
        right = hmac.compare_digest(expected.encode(), signed.signature.encode("latin-1"))
        return right and self._is_of_now(signed.timestamp)

    def _is_of_now(self, timestamp: str) -> bool:
        return abs(self._clock() - int(timestamp) / 1000) <= WINDOW
