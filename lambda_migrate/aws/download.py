"""Downloads packages and layers that AWS hands out under signed URLs, and holds them against their hashes."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from typing import TYPE_CHECKING, BinaryIO

from lambda_migrate.errors import MigrateError
from lambda_migrate.http import Client, HttpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.http import Answer

SILENCE = 60.0
"""Seconds without a byte until a download is given up."""

DEADLINE = 1800.0
"""Seconds that a download may take altogether."""

LIMIT = 300 * 2**20
"""Bytes of a package, at most; unzipped, Lambda takes 250 MB ("Lambda quotas" in its guide)."""

SLOWEST = 256 * 1024
"""Bytes per second, at least, that something large has to come with."""

ROOM = "make room there, or name a folder on another disk in the variable TMPDIR"
AGAIN = "run the same command again"
_FORBIDDEN = 403


def fetch(
    url: str,
    code_sha256: str,
    what: str,
    *,
    otherwise: str = AGAIN,
    downloads: Client | None = None,
    limit: int = LIMIT,
) -> bytes:
    """Download a package and check it against its hash.

    Args:
        url: Where AWS hands it out; good for ten minutes (GetFunction, Lambda API reference).
        code_sha256: Its sha256 as AWS writes it, in base64.
        what: What messages call it.
        otherwise: What to do where AWS names no URL to download it from.
        downloads: What downloads it; default: a client that heeds the proxies of the environment.
        limit: Its bytes, at most.

    Raises:
        MigrateError: It cannot be downloaded, or is another one.
    """
    answer = _sent(url, what, otherwise, downloads, timeout=DEADLINE, limit=limit)
    if base64.b64encode(hashlib.sha256(answer.body).digest()).decode() != code_sha256:
        raise _damaged(what)
    return answer.body


def fetch_into(
    file: BinaryIO,
    url: str,
    sha256: str,
    size: int,
    what: str,
    *,
    otherwise: str = AGAIN,
    downloads: Client | None = None,
    came: Callable[[int], object] = id,
) -> None:
    """Download something large into a file, piece by piece, and check it against its hash.

    Args:
        file: Takes it, from where it stands.
        url: Where AWS hands it out.
        sha256: Of all of it, in hexadecimal.
        size: Its bytes; more are not taken.
        what: What messages call it.
        otherwise: As of :func:`fetch`.
        downloads: As of :func:`fetch`.
        came: Told how many bytes have come with each piece.

    Raises:
        MigrateError: It cannot be downloaded, or is another one.
        OSError: The file does not take it.
    """
    seen = hashlib.sha256()

    def take(piece: bytes) -> None:
        file.write(piece)
        seen.update(piece)
        came(len(piece))

    timeout = max(DEADLINE, size / SLOWEST)
    _sent(url, what, otherwise, downloads, timeout=timeout, limit=size, into=take)
    if seen.hexdigest() != sha256:
        raise _damaged(what)


def require_room(needed: int) -> None:
    """Refuse to begin where the disk would not take what is downloaded.

    Raises:
        MigrateError: The folder for temporary files has less room than so many bytes.
    """
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise MigrateError(f"`{folder}` has {free >> 20} MB left, and the image needs {needed >> 20} MB", hint=ROOM)


def _sent(
    url: str,
    what: str,
    otherwise: str,
    downloads: Client | None,
    *,
    timeout: float,
    limit: int,
    into: Callable[[bytes], object] | None = None,
) -> Answer:
    if not url.startswith(("https://", "http://")):
        raise MigrateError(f"{what} cannot be downloaded: AWS names no URL", hint=otherwise)
    try:
        with downloads or Client(through_proxies=True) as client:
            if into is None:
                answer = client.send("GET", url, timeout=timeout, silence=SILENCE, limit=limit)
            else:
                answer = client.download(url, into, timeout=timeout, silence=SILENCE, limit=limit)
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
    return answer


def _damaged(what: str) -> MigrateError:
    return MigrateError(f"{what} was damaged during the download", hint=AGAIN)
