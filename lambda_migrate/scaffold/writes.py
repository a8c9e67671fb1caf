"""What would be written, compared with what is there; and writing it, all or nothing, over nothing of the user's."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lambda_migrate.scaffold.templates import Rendered

RECORD = ".lambda-migrate.json"
"""The file in the service's repository that knows which files `init` wrote, and as what."""

State = Literal["created", "identical", "changed", "kept", "removed"]


@dataclass(frozen=True)
class Write:
    """One file of the service's repository.

    Attributes:
        path: Relative, with forward slashes.
        content: What `init` would have there; empty for a file that it no longer writes.
        state: ``created``: it is not there yet; ``identical``; ``changed``: `init` wrote it, nobody touched it since,
            and it would be updated; ``kept``: it is the user's, and stays unless the user says otherwise; ``removed``:
            `init` wrote it, nobody touched it since, and it belongs there no more.
        before: What is there, None where nothing is.
        executable: Whether it may be executed.
        news: Whether a ``kept`` file would be another now than `init` once wrote, so that the user has to look at it.
    """

    path: str
    content: bytes
    state: State
    before: bytes | None = None
    executable: bool = False
    news: bool = False

    def diff(self) -> str:
        """Return what would change, as a unified diff; "" where nothing would."""
        before = (self.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
        after = self.content.decode("utf-8", "replace").splitlines(keepends=True)
        return "".join(difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}"))


def compare(rendered: Mapping[str, Rendered], directory: Path) -> tuple[Write, ...]:
    """Compare what was rendered with what is there; reads only.

    Raises:
        MigrateError: The folder is not empty and none of ours, or its record cannot be read.
    """
    record = _record(directory)
    writes = [_compared(path, rendered[path], directory, record) for path in sorted(rendered)]
    gone = [path for path in sorted(record) if path not in rendered and (directory / path).is_file()]
    for path in gone:
        before = (directory / path).read_bytes()
        if digest(before) == record[path]:
            writes.append(Write(path, b"", "removed", before))
    return tuple(writes)


def digest(content: bytes) -> str:
    """Return the hash that the record keeps of a file."""
    return hashlib.sha256(content).hexdigest()


def _compared(path: str, file: Rendered, directory: Path, record: Mapping[str, str]) -> Write:
    target = directory / path
    if not target.exists() and not target.is_symlink():
        return Write(path, file.content, "created", executable=file.executable)
    if not target.is_file() or target.is_symlink():
        raise MigrateError(f"`{target}` is in the way: it is no plain file", hint="move it away")
    before = target.read_bytes()
    state: State = "kept"
    if before == file.content:
        state = "identical"
    elif record.get(path) == digest(before):
        state = "changed"
    news = state == "kept" and record.get(path, "") != digest(file.content)
    return Write(path, file.content, state, before, file.executable, news)


def _record(directory: Path) -> dict[str, str]:
    file = directory / RECORD
    if not directory.exists():
        return {}
    if not directory.is_dir():
        raise MigrateError(f"`{directory}` is no folder", hint="name another with `service.directory`")
    if not file.is_file():
        if any(each.name != ".git" for each in directory.iterdir()):
            raise MigrateError(
                f"`{directory}` is not empty, and `init` has not made it",
                hint="name an empty folder, or one that does not exist",
            )
        return {}
    try:
        files = json.loads(file.read_bytes())["files"]
        return {str(path): str(sha) for path, sha in files.items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise MigrateError(f"`{file}` cannot be read", hint="restore it from version control") from error


def write(writes: Iterable[Write], directory: Path, *, overwrite: Collection[str] = ()) -> tuple[str, ...]:
    """Write what is planned: every file in full or not at all; the user's own files stay.

    Args:
        writes: As planned. Where the folder has changed since, nothing is written.
        directory: The service's repository.
        overwrite: Paths of ``kept`` files that the user has given up.

    Returns:
        The paths that were written or removed.

    Raises:
        MigrateError: A file has changed since the plan, or cannot be written; files already replaced are put back.
    """
    planned = tuple(writes)
    record = _record(directory)
    for each in planned:
        _check_unmoved(each, directory)
    due = [each for each in planned if each.state in ("created", "changed") or each.path in overwrite]
    gone = [each for each in planned if each.state == "removed"]
    with _Undo(directory) as undo:
        for each in due:
            undo.replace(each.path, each.content, each.before, executable=each.executable)
        for each in gone:
            undo.remove(each.path, each.before)
        settled = {each.path: digest(each.content) for each in (*due, *(w for w in planned if w.state == "identical"))}
        kept = {each.path: record[each.path] for each in planned if each.path in record and each.path not in settled}
        files = {path: sha for path, sha in sorted({**kept, **settled}.items()) if path not in {g.path for g in gone}}
        text = json.dumps({"version": 1, "files": files}, indent=1) + "\n"
        undo.replace(RECORD, text.encode(), None)
    return tuple(each.path for each in (*due, *gone))


def _check_unmoved(each: Write, directory: Path) -> None:
    target = directory / each.path
    now = target.read_bytes() if target.is_file() else None
    if now != each.before:
        raise MigrateError(f"`{target}` has changed since it was looked at", hint="run `init` again")


class _Undo:
    """Replaces files one by one, and puts all of them back if one fails."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._done: list[tuple[Path, bytes | None]] = []
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is None:
            return
        for target, before in reversed(self._done):
            if before is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(before)
        for folder in reversed(self._made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, OSError):
            raise MigrateError(
                f"`{self._directory}` cannot be written: {error.strerror}", hint="nothing was left half-written"
            ) from error

    def replace(self, path: str, content: bytes, before: bytes | None, *, executable: bool = False) -> None:
        target = self._directory / path
        self._make(target.parent)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".lambda-migrate-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(name).chmod(0o755 if executable else 0o644)
            if path == RECORD:
                before = target.read_bytes() if target.is_file() else None
            self._done.append((target, before))
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def remove(self, path: str, before: bytes | None) -> None:
        target = self._directory / path
        self._done.append((target, before))
        target.unlink()

    def _make(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir()
            self._made.append(each)
