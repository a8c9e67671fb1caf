"""Replaces files all together: they wait in a folder beside until all of them are there, and can be undone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Self

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.manifest import STAGING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Staging:
    """A change to some files of a folder.

    Bytes are written while nothing has changed yet, so that a full disk is met there. What follows are renames, which
    need no room; should one fail, or the user stop it, all are undone. A process that is killed between two of them
    leaves each file as it was or as it becomes.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._folder = directory / STAGING
        self._ready: list[tuple[Path, Path | None, Path | None]] = []
        self._done: list[tuple[Path, Path | None]] = []
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        try:
            if self._folder.is_dir() and not self._folder.is_symlink():
                shutil.rmtree(self._folder)  # of a run that was killed
            self._make(self._folder)
        except OSError as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is not None:
            for target, backup in reversed(self._done):
                if backup is None:
                    target.unlink(missing_ok=True)
                else:
                    backup.replace(target)
        shutil.rmtree(self._folder, ignore_errors=True)
        removed = [target for target, waiting, _ in self._ready if waiting is None]
        for target in (target for target in removed if kind is None and not target.exists()):
            self._tidy(target.parent)
        for folder in reversed(self._made) if kind is not None else ():
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, OSError):
            raise MigrateError(
                f"`{self._directory}` cannot be written: {error.strerror}",
                hint="let your user write it, or make room; nothing was left half-written",
            ) from error

    def put(self, path: str, content: bytes, *, executable: bool = False) -> None:
        """Have a file written; nothing of it is seen yet."""
        waiting = self._folder / f"{len(self._ready)}.new"
        waiting.write_bytes(content)
        waiting.chmod(0o755 if executable else 0o644)
        self._ready.append((self._directory / path, waiting, self._backup(path)))

    def remove(self, path: str) -> None:
        """Have a file removed; it is still there."""
        self._ready.append((self._directory / path, None, self._backup(path)))

    def apply(self) -> None:
        """Change the files, in the order in which they were named."""
        there: set[Path] = set()
        for target, waiting, backup in self._ready:
            if waiting is None:
                self._done.append((target, backup))
                target.unlink()
                continue
            if target.parent not in there:
                self._make(target.parent)
                there.add(target.parent)
            self._done.append((target, backup))
            waiting.replace(target)

    def _backup(self, path: str) -> Path | None:
        target = self._directory / path
        if not target.is_file():
            return None
        backup = self._folder / f"{len(self._ready)}.old"
        shutil.copy2(target, backup)
        return backup

    def _missing(self, folder: Path) -> Iterator[Path]:
        yield from reversed([each for each in (folder, *folder.parents) if not each.exists()])

    def _tidy(self, folder: Path) -> None:
        """Remove a folder that has nothing left but what Python cached in it, and those around it."""
        while folder != self._directory and folder.is_dir() and not folder.is_symlink():
            if any(each.name != "__pycache__" for each in folder.iterdir()):
                return
            shutil.rmtree(folder, ignore_errors=True)
            folder = folder.parent

    def _make(self, folder: Path) -> None:
        for each in self._missing(folder):
            each.mkdir(mode=0o755)  # nobody else writes here, whatever the umask
            self._made.append(each)
