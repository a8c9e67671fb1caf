"""The service's repository as one zip whose bytes depend on nothing but its files."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate import archive
from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import bundle_size, no_repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LIMIT = 500 * 1024 * 1024
"""Largest source bundle that Elastic Beanstalk takes, in bytes."""

_LEFT_OUT = frozenset(
    {".git", ".venv", "__pycache__", ".lambda-migrate", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules"}
)
_SECRET_FILES = (".env", ".key", ".p12", ".pfx")
_EXAMPLES = (".example", ".sample", ".template", ".defaults")
_PRIVATE = b"PRIVATE KEY-----"


@dataclass(frozen=True)
class Bundle:
    """A zip of the repository.

    Attributes:
        content: The zip.
        sha256: Over it, as hex.
        left_out: Files that look like they hold secrets and were left out.
    """

    content: bytes
    sha256: str
    left_out: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The first 12 characters of its hash, which name a version."""
        return self.sha256[:12]


def pack(folder: Path, extra: Mapping[str, str] | None = None, *, limit: int = LIMIT) -> Bundle:
    """Zip a repository: what git does not ignore, or everything but caches if there is no git.

    Args:
        folder: The repository.
        extra: Files that are added, or that replace those of the same path: path → text.
        limit: Bytes that it may hold.

    Raises:
        GateClosed: There is no such folder, or more in it than a bundle may hold.
    """
    if not folder.is_dir():
        raise GateClosed(
            f"`{folder}` does not exist",
            gate=no_repository.NAME,
            hint="`lambda-migrate init` writes the service's repository",
        )
    names = list(_files(folder))
    left_out = tuple(name for name in names if _secret(folder / name))
    contents = {name: _read(folder / name) for name in names if name not in left_out}
    contents |= {name: (text.encode(), False) for name, text in (extra or {}).items()}
    size = sum(len(content) for content, _executable in contents.values())
    if size > limit:
        raise GateClosed(
            f"`{folder}` holds {size >> 20} MB, a bundle may hold {limit >> 20}",
            gate=bundle_size.NAME,
            hint="let .gitignore leave things out",
        )
    executable = [name for name, (_content, executable) in contents.items() if executable]
    data = archive.pack({name: content for name, (content, _executable) in contents.items()}, executable=executable)
    return Bundle(data, hashlib.sha256(data).hexdigest(), left_out)


def _files(folder: Path) -> Iterator[str]:
    try:
        listed = subprocess.run(  # noqa: S603  # fixed arguments
            ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git of PATH
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        listed = b""
    names = {name for name in listed.decode().split("\0") if name}
    if names:  # none: no repository, or the folder is one that another repository ignores
        yield from sorted(name for name in names if (folder / name).is_file() and not _ignored(Path(name)))
        return
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _LEFT_OUT)
        relative = Path(root).relative_to(folder)
        yield from ((relative / each).as_posix() for each in sorted(files) if not _ignored(relative / each))


def _ignored(path: Path) -> bool:
    return path.suffix == ".pyc" or any(part in _LEFT_OUT for part in path.parts)


def _secret(path: Path) -> bool:
    """Return whether a file looks like it holds secrets; certificates, which databases are trusted by, are none."""
    name = path.name
    if name.endswith(_EXAMPLES):
        return False
    if name.endswith(".pem"):
        return _PRIVATE in path.read_bytes()
    return name.endswith(_SECRET_FILES) or name.startswith(".env.")


def _read(path: Path) -> tuple[bytes, bool]:
    return path.read_bytes(), bool(path.stat().st_mode & 0o100)
