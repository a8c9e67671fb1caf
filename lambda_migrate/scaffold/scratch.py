"""A folder for as long as code is looked at; on a disk that is full the user is told which."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Iterator


_MEMORY = "/dev/shm"  # noqa: S108  # the folder that is made in it is ours alone
_ROOM = 2**30
"""Bytes that have to be free there: what Lambda takes of code, three times."""


@contextmanager
def folder() -> Iterator[Path]:
    """Yield an empty folder, which goes with all that is in it.

    Raises:
        MigrateError: It cannot be made or written to.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="lambda-migrate-", dir=_in_memory()) as name:
            yield Path(name).resolve()
    except OSError as error:
        raise MigrateError(
            f"the code cannot be looked at in `{tempfile.gettempdir()}`: {error.strerror}",
            hint="make room there, or name another folder in TMPDIR",
        ) from error


def put(file: str, content: bytes, made: set[str]) -> None:
    """Write a file of many.

    Args:
        file: Its path.
        content: Its bytes.
        made: Folders that are known to be there, to which its own is added.

    Raises:
        OSError: It cannot be written.
    """
    above = os.path.dirname(file)  # noqa: PTH120  # fifty thousand of them
    if above not in made:
        os.makedirs(above, exist_ok=True)  # noqa: PTH103  # as above
        made.add(above)
    with open(file, "wb") as target:  # noqa: PTH123  # as above
        target.write(content)


def _in_memory() -> str | None:
    """Return a folder in memory where the system has one with room and the user named no other: disks are slow."""
    try:
        room = shutil.disk_usage(_MEMORY).free > _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    except OSError:
        return None
    return _MEMORY if room and not os.environ.get("TMPDIR") else None
