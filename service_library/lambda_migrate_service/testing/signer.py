"""Signs requests as the proxy inside the function does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import zlib
from collections.abc import Iterable
from typing import Any

from ..proxy.signature import string_to_sign


def sign(
    method: str,
    target: str,
    body: bytes = b"",
    *,
    context: dict[str, Any] | None = None,
    headers: Iterable[tuple[str, str]] = (),
    at: float | None = None,
) -> dict[str, str]:
    """Return the headers of a signed request.

    Args:
        method: For example `POST`.
        target: Path and query, encoded.
        body: All of it.
        context: What the proxy tells the service besides; its version is added.
        headers: The request's own; those that identify who calls are signed.
        at: When it is signed, in epoch seconds; default: now.

    Raises:
        KeyError: `LAMBDA_MIGRATE_SIGNING_KEYS` is not set; the first of its keys signs.
    """
    identifier, _, secret = os.environ["LAMBDA_MIGRATE_SIGNING_KEYS"].split(",")[0].partition(":")
    stamp, number = str(int((time.time() if at is None else at) * 1000)), secrets.token_hex(16)
    carried = "" if context is None else _encoded({"version": 1, **context})
    given = {"timestamp": stamp, "request-id": number, "content-sha256": hashlib.sha256(body).hexdigest()}
    lines = [(name.lower().encode(), value.encode()) for name, value in headers]
    text = string_to_sign(method, target.encode(), lines, carried, given)
    proof = {**given, "key-id": identifier, "signature": hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}
    proof = {**proof, "context": carried} if carried else proof
    return {f"x-lambda-migrate-{name}": value for name, value in proof.items()}


def _encoded(document: dict[str, Any]) -> str:
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode())
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
