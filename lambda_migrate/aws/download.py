"""Downloads packages that AWS hands out under signed URLs, and holds them against their hashes."""

from __future__ import annotations

import base64
import hashlib
import http.client
import urllib.error
import urllib.request

from lambda_migrate.errors import MigrateError

TIMEOUT = 60.0
"""Seconds without a byte until a download is given up."""
AGAIN = "run the same command again"
_FORBIDDEN = 403


def fetch(url: str, code_sha256: str, what: str, *, otherwise: str = AGAIN) -> bytes:
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
    except urllib.error.HTTPError as error:
        # A signed URL is refused where its time is over, or where the function's or layer's owner has not shared it.
        hint = f"{AGAIN}, or {otherwise}" if error.code == _FORBIDDEN and otherwise != AGAIN else AGAIN
        raise MigrateError(f"{what} cannot be downloaded: {error.code} {error.reason}", hint=hint) from error
    except http.client.IncompleteRead as error:
        came, missing = len(error.partial), error.expected or 0
        raise MigrateError(
            f"{what} cannot be downloaded: it ended after {came} of {came + missing} bytes",
            hint=AGAIN,
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
        raise MigrateError(f"{what} cannot be downloaded: {reason}", hint=AGAIN) from error
    if base64.b64encode(hashlib.sha256(content).digest()).decode() != code_sha256:
        raise MigrateError(f"{what} was changed on its way here", hint=AGAIN)
    return content
