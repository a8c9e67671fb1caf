"""Downloads packages that AWS hands out under signed URLs, and holds them against their hashes."""

from __future__ import annotations

import base64
import hashlib

from lambda_migrate.errors import MigrateError
from lambda_migrate.http import Client, HttpError

SILENCE = 60.0
"""Seconds without a byte until a download is given up."""

DEADLINE = 1800.0
"""Seconds that a download may take altogether."""

LIMIT = 300 * 2**20
"""Bytes of a package, at most; unzipped, Lambda takes 250 MB ("Lambda quotas" in its guide)."""

AGAIN = "run the same command again"
_FORBIDDEN = 403


def fetch(url: str, code_sha256: str, what: str, *, otherwise: str = AGAIN, downloads: Client | None = None) -> bytes:
    """Download a package and check it against its hash.

    Args:
        url: Where AWS hands it out; good for ten minutes (GetFunction, Lambda API reference).
        code_sha256: Its sha256 as AWS writes it, in base64.
        what: What messages call it.
        otherwise: What to do where AWS names no URL to download it from.
        downloads: What downloads it; default: a client that heeds the proxies of the environment.

    Raises:
        MigrateError: It cannot be downloaded, or is another one.
    """
    if not url.startswith(("https://", "http://")):
        raise MigrateError(f"{what} cannot be downloaded: AWS names no URL", hint=otherwise)
    try:
        with downloads or Client(through_proxies=True) as client:
            answer = client.send("GET", url, timeout=DEADLINE, silence=SILENCE, limit=LIMIT)
    except HttpError as error:
        reason = error.reason.removeprefix("cannot be reached: ")
        clause = reason if reason != error.reason else f"it {reason}"
        raise MigrateError(f"{what} cannot be downloaded: {clause}", hint=AGAIN) from error
    if not answer.is_success:
        # A signed URL is refused where its time is over, or where the function's or layer's owner has not shared it.
        refused = answer.status_code == _FORBIDDEN and otherwise != AGAIN
        raise MigrateError(
            f"{what} cannot be downloaded: {answer.status_code} {answer.reason}",
            hint=f"{AGAIN}, or {otherwise}" if refused else AGAIN,
        )
    if base64.b64encode(hashlib.sha256(answer.body).digest()).decode() != code_sha256:
        raise MigrateError(f"{what} was damaged during the download", hint=AGAIN)
    return answer.body
