"""Reads the function's code: from the zip that Lambda has, or from a folder; never outside of either."""

from __future__ import annotations

import io
import lzma
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.manifest import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST_CODE = 300 * 1024 * 1024
"""Bytes that are unpacked at most: Lambda itself refuses more than 250 MB, layers included."""

MOST_FILES = 50_000
LAYER = "python/"
"""Where a layer keeps what is imported."""
SKIPPED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "__pycache__",
        "node_modules",
        ".aws-sam",
        ".serverless",
        "cdk.out",
        ".terraform",
    }
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".idea", ".vscode", ".lambda-migrate"}
)
_HOSTILE = "nothing was written; ask who built it"
_LONGEST_NAME = 255
_LONGEST_PATH = 1024
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(RuntimeError, ValueError, IndexError, OverflowError, MemoryError),
)
"""What the zipfile module raises over bytes that are not a zip file, or one of a kind that it does not know."""


@dataclass(frozen=True)
class Source:
    """The function's code, unread until it is asked for.

    Attributes:
        origin: Where it comes from, for people.
        paths: Every file, relative, with forward slashes.
        read: Returns the content of one of them.
        executable: Those that may be executed.
        layers: The layers, each a source of its own, in order.
        skipped: Links, devices and other entries that are not plain files; they are left alone.
        folder: The folder that it is, None for a zip.
        notes: What a person should know of where it comes from, one line each.
        python: The version of Python that is beside it, ``3.12``; "" where it does not tell.
    """

    origin: str
    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    executable: frozenset[str] = frozenset()
    layers: tuple[Source, ...] = field(default=())
    skipped: tuple[str, ...] = ()
    folder: Path | None = None
    notes: tuple[str, ...] = ()
    python: str = ""

    def with_layers(self, *layers: Source) -> Source:
        """Return the same code with its layers."""
        return replace(self, layers=layers)


def from_zip(content: bytes, origin: str = "the function's package") -> Source:
    """Read a function's package or a layer.

    Args:
        content: The zip.
        origin: What messages call it.

    Raises:
        MigrateError: It is not a zip file, would write outside of its folder, or unpacks to more than Lambda takes.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        raise MigrateError(f"{origin} is not a zip file", hint="name its sources with `--source`") from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_CODE or len(entries) > MOST_FILES:
        raise MigrateError(
            f"{origin} unpacks to {size >> 20} MB in {len(entries)} files",
            hint=f"Lambda takes 250 MB; name the folder of the source with `--source`; {_HOSTILE}",
        )
    seen: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        path = _safe(entry, origin)
        if path in seen:
            raise MigrateError(f"{origin} holds `{path}` twice", hint=_HOSTILE)
        seen[path] = entry
    _check_nesting(seen, origin)

    def read(path: str) -> bytes:
        try:
            return archive.read(seen[path])
        except _BROKEN as error:
            raise MigrateError(f"`{path}` in {origin} cannot be unpacked", hint=_HOSTILE) from error

    executable = frozenset(path for path, entry in seen.items() if entry.external_attr >> 16 & 0o111)
    return Source(origin, tuple(sorted(seen)), read, executable)


def from_directory(folder: Path) -> Source:
    """Read a folder; links are not followed.

    Caches, environments and version control are left out, and so are repositories that `init` has written into it.

    Raises:
        MigrateError: It is not a directory, cannot be read, or is larger than Lambda takes.
    """
    if not folder.is_dir():
        raise MigrateError(f"`{folder}` is not a directory", hint="name the folder that the handler is imported from")
    skipped: list[str] = []
    paths = sorted(_files(folder, skipped))
    entries = {path: os.stat(f"{folder}/{path}") for path in paths}  # noqa: PTH116  # fifty thousand of them
    size = sum(each.st_size for each in entries.values())
    if size > LARGEST_CODE or len(paths) > MOST_FILES:
        raise MigrateError(
            f"`{folder}` holds {size >> 20} MB in {len(paths)} files", hint="name the folder of the code alone"
        )
    executable = frozenset(path for path, each in entries.items() if each.st_mode & 0o100)

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise _unreadable(error, folder / path) from error

    return Source(f"`{folder}`", tuple(paths), read, executable, skipped=tuple(sorted(skipped)), folder=folder)


def from_included(folder: Path) -> Source:
    """Read a folder whose modules are deployed with the function's own, as those of a layer are.

    Args:
        folder: That of a package (with a project's file, and perhaps ``src/``), of a layer (with ``python/``), or one
            whose modules are imported by their names.

    Raises:
        MigrateError: As :func:`from_directory`.
    """
    whole = from_directory(folder)
    starts = ("python/", "src/", "")
    start = next(each for each in starts if not each or any(path.startswith(each) for path in whole.paths))
    kept = {
        f"{LAYER}{path.removeprefix(start)}": path
        for path in whole.paths
        if path.startswith(start) and not _is_of_the_project(path.removeprefix(start))
    }
    executable = frozenset(name for name, path in kept.items() if path in whole.executable)
    return Source(whole.origin, tuple(sorted(kept)), lambda name: whole.read(kept[name]), executable, folder=folder)


def from_link(name: str, target: Path) -> Source:
    """Read what a link beside the code leads to, as if a layer had it under the link's name.

    Args:
        name: The link's.
        target: A module, or the folder of a package.

    Raises:
        MigrateError: As :func:`from_directory`.
    """
    folder = target if target.is_dir() else target.parent
    whole = from_directory(folder)
    paths = whole.paths if target.is_dir() else (target.name,)
    kept = {f"{LAYER}{name}{f'/{path}' if target.is_dir() else ''}": path for path in paths}
    return Source(f"`{name}`", tuple(sorted(kept)), lambda path: whole.read(kept[path]))


def _is_of_the_project(path: str) -> bool:
    """Return whether a file is about the folder as a project, and not code or data of it."""
    first, slash, _ = path.partition("/")
    return first in ("tests", "test") or (
        not slash and (not path.endswith(".py") or path in ("setup.py", "conftest.py"))
    )


def _files(folder: Path, skipped: list[str]) -> Iterator[str]:
    """Yield the plain files below a folder; links and whatever else is there are added to ``skipped``."""

    def fail(error: OSError) -> None:
        raise _unreadable(error, Path(error.filename)) from error

    for root, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(each for each in folders if each not in SKIPPED_FOLDERS)
        links = [each for each in folders if (Path(root) / each).is_symlink()]
        folders[:] = [each for each in folders if each not in links and not (Path(root) / each / RECORD).exists()]
        for name in sorted((*files, *links)):
            path = Path(root) / name
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                skipped.append(inside)
            elif not inside.isprintable():
                raise MigrateError(
                    f"`{ascii(str(path))[1:-1]}` has an invalid name", hint="rename it: Lambda could not unpack it"
                )
            else:
                yield inside


def _unreadable(error: OSError, path: Path) -> MigrateError:
    return MigrateError(
        f"`{ascii(str(path))[1:-1]}` cannot be read: {error.strerror}", hint="let your user read it, or take it away"
    )


def _safe(entry: zipfile.ZipInfo, origin: str) -> str:
    name = entry.filename
    mode = entry.external_attr >> 16
    path = PurePosixPath(name)
    reasons = {
        "leads out of it": path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]),
        "has an invalid name": not path.parts or "\\" in name or not name.isprintable() or _too_long(path),
        "is a link": stat.S_ISLNK(mode),
        "is not a plain file": bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode),
        "is encrypted": bool(entry.flag_bits & 0x1),
    }
    for reason, true in reasons.items():
        if true:
            hint = _HOSTILE if reason != "is a link" else f"{_HOSTILE}, or name its sources with `--source`"
            raise MigrateError(f"{origin} is hostile: `{ascii(name)[1:-1]}` {reason}", hint=hint)
    return path.as_posix()


def _too_long(path: PurePosixPath) -> bool:
    """Tell whether no file system takes a path: names are limited to 255 bytes on all that matter."""
    return len(str(path)) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_NAME for part in path.parts)


def _check_nesting(paths: dict[str, zipfile.ZipInfo], origin: str) -> None:
    for path in paths:
        for parent in PurePosixPath(path).parents:
            if parent.as_posix() in paths:
                raise MigrateError(f"{origin} holds `{parent}` both as file and as folder", hint=_HOSTILE)
