"""Reads the function's code: from the zip that Lambda has, or from a folder; never outside of either."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST_CODE = 300 * 1024 * 1024
"""Bytes that are unpacked at most: Lambda itself refuses more than 250 MB, layers included."""

MOST_FILES = 50_000
_SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "__pycache__", "node_modules", ".aws-sam", ".serverless", "cdk.out"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".idea", ".vscode", ".lambda-migrate"}
)
_HOSTILE = "nothing was written; ask who built it"


@dataclass(frozen=True)
class Source:
    """The function's code, unread until it is asked for.

    Attributes:
        origin: Where it comes from, for people.
        paths: Every file, relative, with forward slashes.
        read: Returns the content of one of them.
        executable: Those that may be executed.
        layers: The layers, each a source of its own, in order.
    """

    origin: str
    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    executable: frozenset[str] = frozenset()
    layers: tuple[Source, ...] = field(default=())

    def with_layers(self, *layers: Source) -> Source:
        """Return the same code with its layers."""
        return Source(self.origin, self.paths, self.read, self.executable, layers)


def from_zip(content: bytes, origin: str = "the function's package") -> Source:
    """Read a function's package or a layer.

    Args:
        content: The zip.
        origin: What messages call it.

    Raises:
        MigrateError: It is no zip, or one that would write where it must not, or unpacks to more than Lambda takes.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise MigrateError(f"{origin} is no zip", hint="container images cannot be lifted; name its source") from error
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
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, zipfile.LargeZipFile) as error:
            raise MigrateError(f"`{path}` in {origin} cannot be unpacked", hint=_HOSTILE) from error

    executable = frozenset(path for path, entry in seen.items() if entry.external_attr >> 16 & 0o111)
    return Source(origin, tuple(sorted(seen)), read, executable)


def from_directory(folder: Path) -> Source:
    """Read a folder; caches, environments and version control are left out, links are not followed.

    Raises:
        MigrateError: It is no folder, or larger than Lambda takes.
    """
    if not folder.is_dir():
        raise MigrateError(f"`{folder}` is no folder", hint="name the folder that the handler is imported from")
    paths = sorted(_files(folder))
    size = sum((folder / path).stat().st_size for path in paths)
    if size > LARGEST_CODE or len(paths) > MOST_FILES:
        raise MigrateError(
            f"`{folder}` holds {size >> 20} MB in {len(paths)} files", hint="name the folder of the code alone"
        )
    executable = frozenset(path for path in paths if (folder / path).stat().st_mode & 0o100)
    return Source(f"`{folder}`", tuple(paths), lambda path: (folder / path).read_bytes(), executable)


def _files(folder: Path) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            each for each in folders if each not in _SKIPPED_FOLDERS and not (Path(root) / each).is_symlink()
        )
        for name in files:
            path = Path(root) / name
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def _safe(entry: zipfile.ZipInfo, origin: str) -> str:
    name = entry.filename
    mode = entry.external_attr >> 16
    path = PurePosixPath(name)
    reasons = {
        "leads out of it": path.is_absolute() or ".." in path.parts or ":" in path.parts[0],
        "has a name that is none": "\\" in name or not name.isprintable() or len(name) > 1024,  # noqa: PLR2004  # a path
        "is a link": stat.S_ISLNK(mode),
        "is no file": bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode),
        "is encrypted": bool(entry.flag_bits & 0x1),
    }
    for reason, true in reasons.items():
        if true:
            raise MigrateError(f"{origin} is hostile: `{ascii(name)[1:-1]}` {reason}", hint=_HOSTILE)
    return path.as_posix()


def _check_nesting(paths: dict[str, zipfile.ZipInfo], origin: str) -> None:
    for path in paths:
        for parent in PurePosixPath(path).parents:
            if parent.as_posix() in paths:
                raise MigrateError(f"{origin} holds `{parent}` both as file and as folder", hint=_HOSTILE)
