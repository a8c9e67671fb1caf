"""Opens files that are files: not a folder, and not a pipe or a device, which never end or never answer."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = {
    "rb": os.O_RDONLY,
    "r+b": os.O_RDWR,
    "ab": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
}
"""How a file is opened, by the mode of the object that is returned."""


def open_regular(path: Path, mode: str = "rb", *, private: bool = False) -> BinaryIO:
    """Open a regular file, unbuffered where it is written.

    Args:
        path: The file; symbolic links to one are followed.
        mode: ``rb``, ``r+b`` or ``ab``; the last makes it where it does not exist.
        private: Whether only its owner may read a file that is made.

    Raises:
        OSError: As for :func:`open`; a pipe, a device or a socket is `EINVAL`, "not a regular file".
    """
    handle = os.open(path, _FLAGS[mode] | os.O_NONBLOCK | os.O_CLOEXEC, 0o600 if private else 0o644)
    try:
        _require_file(handle)
        return cast("BinaryIO", os.fdopen(handle, mode, -1 if mode == "rb" else 0))
    except BaseException:
        os.close(handle)
        raise


def _require_file(handle: int) -> None:
    found = os.fstat(handle).st_mode
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "not a regular file")


def read_regular(path: Path) -> bytes:
    """Return what a regular file holds.

    Raises:
        OSError: As for :func:`open_regular`.
    """
    with open_regular(path) as file:
        return file.read()


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that do not exist, so that only their owner can enter them.

    Raises:
        OSError: As for :meth:`Path.mkdir`.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; one that is there, or a link that is, is replaced as a whole.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    make_private_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
