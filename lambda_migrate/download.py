"""Downloads packages that AWS hands out under signed URLs, and holds them against their hashes."""

from __future__ import annotations

import base64
import hashlib
import urllib.error
import urllib.request

from lambda_migrate.errors import MigrateError

TIMEOUT = 60.0
"""Seconds without a byte until a download is given up."""


def fetch(url: str, code_sha256: str, what: str, *, otherwise: str = "run the same command again") -> bytes:
    """Download a package and check it against its hash.

    Args:
        url: Where AWS hands it out; good for ten minutes (GetFunction, Lambda API reference).
        code_sha256: Its sha256 as AWS writes it, in base64.
        what: What messages call it.
        otherwise: What to do where AWS hands it out in a way that is not known.

    Raises:
        MigrateError: It cannot be downloaded, or is another one.
    """
    if not url.startswith(("https://", "http://")):
        raise MigrateError(f"{what} is handed out in a way that is not known", hint=otherwise)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  # checked above
            content: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise MigrateError(f"{what} cannot be downloaded: {reason}", hint="run the same command again") from error
    if base64.b64encode(hashlib.sha256(content).digest()).decode() != code_sha256:
        raise MigrateError(f"{what} was changed on its way here", hint="run the same command again")
    return content
