"""Tells whether a request was signed by the proxy: HMAC-SHA256 over all that the service will act upon.

The signature covers the digest of the body, not the body, so that it is checked before anything of a stranger is read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..asgi import Headers, header
from ..deliveries import replay
from .original_request import decode, is_http
from .signing_keys import SigningKeys

PREFIX = b"x-lambda-migrate-"
WINDOW = 300.0
CALLER = (b"authorization", b"cookie", b"x-api-key")
"""Headers that identify who calls: signed, so that a request that was read cannot be sent as somebody else's."""

PROOF = ("key-id", "timestamp", "request-id", "content-sha256", "signature")
"""Who sends any of these claims to be the proxy."""

_PROOF = frozenset(PREFIX + name.encode() for name in PROOF)
_FORMS = {
    "timestamp": re.compile(r"^[0-9]{1,15}\Z"),
    "request-id": re.compile(r"^[0-9a-f]{32}\Z"),
    "content-sha256": re.compile(r"^[0-9a-f]{64}\Z"),
}


class Refused(Exception):
    """A request claims to be the proxy's and is not.

    Attributes:
        reason: One word: `incomplete`, `time`, `key`, `signature`, `context`, `body`, `replay`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class SignedRequest:
    """What the proxy says of a request; the signature is right.

    Attributes:
        request_id: Fresh for each attempt.
        sent: When it was signed, in epoch seconds.
        body_sha256: Of the body that belongs to it, in hexadecimal.
        document: The decoded context; empty if there was none.
    """

    request_id: str
    sent: float
    body_sha256: str
    document: dict[str, Any]

    @property
    def is_http(self) -> bool:
        """Whether the proxy made it of an HTTP event, so that a client chose its path and body."""
        return is_http(self.document)

    def check(self, body: bytes) -> None:
        """Hold the body against its digest.

        Raises:
            Refused: It is another.
        """
        if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), self.body_sha256):
            raise Refused("body")

    async def claim(self, replays: replay.ReplayStore) -> None:
        """Take the request as having come.

        Raises:
            Refused: It has come already.
        """
        if not await replay.claim(replays, self.request_id, self.sent):
            raise Refused("replay")


def claims(headers: Headers) -> bool:
    """Tell whether a request claims to be the proxy's."""
    return any(name.lower() in _PROOF for name, _ in headers)


def caller(headers: Headers) -> bytes:
    """Return the headers that identify who calls, as both ends write them for signing: one line each."""
    lines = []
    for name in CALLER:
        values = [value.strip(b" \t") for key, value in headers if key.lower() == name]
        if values:
            lines.append(name + b":" + (b"; " if name == b"cookie" else b", ").join(values))
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

    async def verify(self, method: str, target: bytes, headers: Headers) -> SignedRequest | None:
        """Return what the proxy says of a request, None if the request does not claim to be the proxy's.

        Args:
            method: Of the request.
            target: As it stood on the wire.
            headers: All of them.

        Raises:
            Refused: It claims to be, and something is missing or comes twice, the key is unknown, the time is more than
                five minutes off, or the signature is another's.
        """
        if not claims(headers):
            return None
        given = {name: header(headers, f"x-lambda-migrate-{name}") or "" for name in PROOF}
        contexts = sum(name.lower() == PREFIX + b"context" for name, _ in headers)
        if contexts > 1 or not all(form.match(given[name]) for name, form in _FORMS.items()):
            raise Refused("incomplete")
        sent = int(given["timestamp"]) / 1000
        if abs(self._clock() - sent) > WINDOW:
            raise Refused("time")
        secret = await self._keys.find(given["key-id"])
        if secret is None:
            raise Refused("key")
        context = header(headers, "x-lambda-migrate-context") or ""
        expected = hmac.new(secret, string_to_sign(method, target, headers, context, given), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), given["signature"].encode("latin-1")):
            raise Refused("signature")
        try:
            document = decode(context) if context else {}
        except ValueError:
            raise Refused("context") from None
        return SignedRequest(given["request-id"], sent, given["content-sha256"], document)


def string_to_sign(method: str, target: bytes, headers: Headers, context: str, given: dict[str, str]) -> bytes:
    """Return the text that both ends sign."""
    lines = (
        b"v2",
        method.encode(),
        target,
        given["content-sha256"].encode(),
        hashlib.sha256(context.encode("latin-1")).hexdigest().encode(),
        hashlib.sha256(caller(headers)).hexdigest().encode(),
        given["timestamp"].encode(),
        given["request-id"].encode(),
    )
    return b"\n".join(lines)
