"""Signs what the proxy sends, so that the service can tell it from everybody else.

HMAC-SHA256 over method, target, body, context, time and a request id that is new for every attempt.
"""

from __future__ import annotations

import hmac
import os
import time
from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Bytes


class Key:
    """A signing key. The service finds the secret by the id."""

    __slots__ = ("id", "secret")

    def __init__(self, key_id: str, secret: bytes) -> None:
        self.id = key_id
        self.secret = secret


def digest(content: Bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return sha256(content).hexdigest()


def signed_lines(key: Key, method: str, target: str, body_digest: str, context: str) -> str:
    """Return the header lines that sign one attempt, each ended with CR LF."""
    timestamp = str(time.time_ns() // 1_000_000)
    request_id = os.urandom(16).hex()
    content = "\n".join(
        ("v1", method, target, body_digest, digest(context.encode("ascii")), timestamp, request_id)
    ).encode("utf-8")
    signature = hmac.digest(key.secret, content, "sha256").hex()
    return (
        f"x-lambda-migrate-key-id: {key.id}\r\n"
        f"x-lambda-migrate-timestamp: {timestamp}\r\n"
        f"x-lambda-migrate-request-id: {request_id}\r\n"
        f"x-lambda-migrate-context: {context}\r\n"
        f"x-lambda-migrate-signature: {signature}\r\n"
    )
