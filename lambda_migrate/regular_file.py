"""Opens files that are files: not a folder, and not a pipe or a device, which never end or never answer."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
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
        require_file(handle)
        return cast("BinaryIO", os.fdopen(handle, mode, -1 if mode == "rb" else 0))
    except BaseException:
        os.close(handle)
        raise


def require_file(handle: int) -> None:
    """Refuse an open file that is something else.

    Raises:
        OSError: It is a folder (`EISDIR`), a pipe, a device or a socket (`EINVAL`).
    """
    mode = os.fstat(handle).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file")


def read_regular(path: Path, longest: int) -> bytes:
    """Return what a regular file holds.

    Args:
        path: The file.
        longest: Bytes that it may have.

    Raises:
        OSError: As for :func:`open_regular`; `EFBIG` where it is longer.
    """
    with open_regular(path) as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


OURS = ".lambda-migrate"
"""The folder in which we keep what belongs to this machine: backups, logs and notes of processes, the sandbox."""

NOTHING_TRACKED = b"*\n"
"""A `.gitignore` that keeps a folder out of every repository, itself included."""


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that do not exist, so that only their owner can enter them.

    Where it is in :data:`OURS`, no repository tracks what is in there: values of variables are among it.

    Raises:
        OSError: As for :meth:`Path.mkdir`.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    ours = next((each for each in (folder, *folder.parents) if each.name == OURS), None)
    if ours is not None and not (ours / ".gitignore").exists():
        with suppress(FileExistsError):
            create(ours / ".gitignore", NOTHING_TRACKED)


def open_new(path: Path, mode: int = 0o644) -> BinaryIO:
    """Open a file to write that did not exist, and that nobody but its owner can change.

    Args:
        path: The file.
        mode: Its permissions, from which the umask takes away.

    Raises:
        OSError: It cannot be made; `EEXIST` where something is there already, a link too.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    return os.fdopen(handle, "wb")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in a folder of the same kind; what is there is replaced as a whole.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    make_private_folder(path.parent)
    replace(path, content, 0o600)


def replace(path: Path, content: bytes, mode: int) -> None:
    """Write a file in full or not at all; one that is there, or a link that is, is replaced.

    Args:
        path: The file.
        content: All that is in it afterwards.
        mode: Its permissions.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with open_new(fresh, mode) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise


def create(path: Path, content: bytes) -> None:
    """Write a file that is not there, in full or not at all.

    Raises:
        OSError: It cannot be written; `EEXIST` where something is there already, a link too.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with open_new(fresh) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)


def _link(fresh: Path, path: Path) -> None:
    """Give a file its name, unless that is taken; where a file system has no links, there is a moment in between.

    Raises:
        OSError: As for :func:`create`.
    """
    try:
        os.link(fresh, path)
    except FileExistsError:
        raise
    except OSError:
        open_new(path).close()
        fresh.replace(path)
