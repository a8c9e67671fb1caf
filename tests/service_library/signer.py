"""A second writing of the wire, made from its description alone: what the proxy sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
import zlib
from typing import Any


def encoded(document: dict[str, Any], *, packing: bool = True) -> str:
    if not packing:
        return json.dumps(document, separators=(",", ":"))
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode())
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def signed(
    method: str,
    target: str,
    body: bytes = b"",
    *,
    key: str = "k1:first-secret",
    context: dict[str, Any] | str | None = None,
    at: float | None = None,
    request_id: str | None = None,
    caller: str = "",
) -> dict[str, str]:
    """Return the headers of a signed request.

    `caller` is what identifies who calls, as it is signed: `authorization:…`, `cookie:…`, `x-api-key:…`, a line each.
    """
    identifier, secret = key.split(":")
    stamp = str(int((time.time() if at is None else at) * 1000))
    number = request_id or secrets.token_hex(16)
    carried = context if isinstance(context, str) else encoded({"version": 1, **context}) if context is not None else ""
    hashes = [hashlib.sha256(part).hexdigest() for part in (body, carried.encode(), caller.encode())]
    text = "\n".join(("v2", method, target, *hashes, stamp, number))
    headers = {
        "x-lambda-migrate-key-id": identifier,
        "x-lambda-migrate-timestamp": stamp,
        "x-lambda-migrate-request-id": number,
        "x-lambda-migrate-content-sha256": hashes[0],
        "x-lambda-migrate-signature": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
    }
    return {**headers, "x-lambda-migrate-context": carried} if carried else headers
