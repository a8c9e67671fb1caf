"""Signs what the proxy sends, so that the service can tell it from everybody else.

HMAC-SHA256 over method, target, digest of the body, context, headers that identify who calls, time, and a request id
that is new for every attempt. The digest goes along, so that the service checks the signature before it reads a body.
"""

from __future__ import annotations

import hmac
import os
import time
from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Bytes, HeaderLines

CALLER = ("authorization", "cookie", "x-api-key")


NOTHING = sha256(b"").hexdigest()


class Key:
    """A signing key. The service finds the secret by the id."""

    __slots__ = ("_prepared", "id", "secret")

    def __init__(self, key_id: str, secret: bytes) -> None:
        self.id = key_id
        self.secret = secret
        self._prepared = hmac.new(secret, digestmod=sha256)

    def sign(self, content: bytes) -> str:
        """Return the HMAC-SHA256 of some bytes, in hexadecimal."""
        signature = self._prepared.copy()
        signature.update(content)
        return signature.hexdigest()


def digest(content: Bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return sha256(content).hexdigest()


def caller(headers: HeaderLines) -> str:
    """Return the headers that identify who calls, as both ends write them for signing: one line each."""
    lines = []
    for name in CALLER:
        values = [value for key, value in headers if key == name]
        if values:
            lines.append(f"{name}:{('; ' if name == 'cookie' else ', ').join(values)}")
    return "\n".join(lines)


def signed_lines(key: Key, method: str, target: str, body_digest: str, context: str, caller_digest: str = "") -> str:
    """Return the header lines that sign one attempt, each ended with CR LF.

    Args:
        key: Signs.
        method: Of the request.
        target: As it stands on the wire.
        body_digest: SHA-256 of the body, in hexadecimal.
        context: The value of the context header.
        caller_digest: SHA-256 of what `caller` returns; of nothing by default.
    """
    timestamp = str(time.time_ns() // 1_000_000)
    request_id = os.urandom(16).hex()
    content = (
        f"v2\n{method}\n{target}\n{body_digest}\n{digest(context.encode('ascii'))}\n"
        f"{caller_digest or NOTHING}\n{timestamp}\n{request_id}"
    )
    return (
        f"x-lambda-migrate-key-id: {key.id}\r\n"
        f"x-lambda-migrate-timestamp: {timestamp}\r\n"
        f"x-lambda-migrate-request-id: {request_id}\r\n"
        f"x-lambda-migrate-content-sha256: {body_digest}\r\n"
        f"x-lambda-migrate-context: {context}\r\n"
        f"x-lambda-migrate-signature: {key.sign(content.encode())}\r\n"
    )
