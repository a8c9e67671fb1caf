"""What would be written, compared with what is there; and writing it, all or nothing, over nothing of the user's."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.atomic_write import Staging
from lambda_migrate.scaffold.facts import unwatched
from lambda_migrate.scaffold.manifest import RECORD, Manifest, digest, load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from lambda_migrate.scaffold.manifest import Member
    from lambda_migrate.scaffold.templates import Rendered

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
        obsolete: Whether a ``kept`` file is one that `init` no longer writes.
        note: Why it is as it is, where the state alone does not say.
        rendered: What `init` itself has for the path, where the content is the user's own text, carried over.
    """

    path: str
    content: bytes
    state: State
    before: bytes | None = None
    executable: bool = False
    news: bool = False
    obsolete: bool = False
    note: str = ""
    rendered: bytes | None = None

    def diff(self) -> str:
        """Return what would change, as a unified diff; "" where nothing would."""
        if self.obsolete:
            return ""
        if b"\0" in self.content + (self.before or b""):
            return "" if self.content == self.before else f"Binary files a/{self.path} and b/{self.path} differ\n"
        before = (self.before or b"").decode("utf-8", "replace").splitlines(keepends=True)
        after = self.content.decode("utf-8", "replace").splitlines(keepends=True)
        return "".join(difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}"))


def compare(rendered: Mapping[str, Rendered], directory: Path, *, shared: bool = False) -> tuple[Write, ...]:
    """Compare what was rendered with what is there; reads only.

    Args:
        rendered: Files by path.
        directory: The service's repository.
        shared: Whether it serves several functions: files of the others stay.

    Raises:
        MigrateError: The folder is not empty and none of ours, or its record cannot be read.
    """
    record = load(directory)
    try:
        checked: set[str] = set()
        writes = [_compared(path, rendered[path], directory, record, checked) for path in sorted(rendered)]
        for path in () if shared else record.paths:
            target = directory / path
            if path not in rendered and target.is_file() and not target.is_symlink():
                before = target.read_bytes()
                ours = record.wrote(path, before)
                writes.append(Write(path, b"", "removed" if ours else "kept", before, obsolete=not ours))
    except OSError as error:
        raise MigrateError(
            f"`{error.filename}` cannot be looked at: {error.strerror}", hint="let your user read it, or take it away"
        ) from error
    return tuple(writes)


def _compared(path: str, file: Rendered, directory: Path, record: Manifest, checked: set[str]) -> Write:
    target = directory / path
    _check_folders(path, directory, checked)
    if not target.exists() and not target.is_symlink():
        return Write(path, file.content, "created", executable=file.executable)
    if not target.is_file() or target.is_symlink():
        raise MigrateError(f"`{target}` is in the way: it is not a plain file", hint="move it away")
    before = target.read_bytes()
    state: State = "kept"
    if before == file.content:
        state = "identical"
    elif record.wrote(path, before):
        state = "changed"
    news = state == "kept" and record.files.get(path, "") != digest(file.content)
    return Write(path, file.content, state, before, file.executable, news)


def _check_folders(path: str, directory: Path, checked: set[str]) -> None:
    """Refuse a link, or a file, in the place of a folder of the repository.

    Args:
        path: A file of the repository.
        directory: Where it is.
        checked: Folders that were looked at already, to which its own are added: fifty thousand files share a few.
    """
    parent = path.rpartition("/")[0]
    if parent in checked:
        return
    for folder in (directory / parent for parent in PurePosixPath(path).parents if parent.name):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise MigrateError(f"`{folder}` is in the way: it is not a plain directory", hint="move it away")
    checked.add(parent)


def write(
    writes: Iterable[Write],
    directory: Path,
    *,
    overwrite: Collection[str] = (),
    settings: Mapping[str, Any] | None = None,
    parts: Collection[str] | None = None,
    members: tuple[Member, ...] = (),
    staging: Callable[[Path], Staging] = Staging,
    at: Callable[[int, int], None] = unwatched,
) -> tuple[str, ...]:
    """Write what is planned: every file in full or not at all; the user's own files stay.

    Args:
        writes: As planned. Where the folder has changed since, nothing is written.
        directory: The service's repository.
        overwrite: Paths of ``kept`` files that the user has given up.
        settings: What was read from the adapter, to be remembered.
        parts: What the service is put together with, to be remembered.
        members: The functions that share the repository, to be remembered with the files of the others.
        staging: Changes the files.
        at: Told how many files of how many are written.

    Returns:
        The paths that were written or removed.

    Raises:
        MigrateError: A file has changed since the plan, or cannot be written; files already replaced are put back.
    """
    planned = tuple(writes)
    record = load(directory)
    checked: set[str] = set()
    for each in planned:
        _check_unmoved(each, directory, checked)
    due = [each for each in planned if each.state in ("created", "changed") or each.path in overwrite]
    gone = [each for each in planned if each.state == "removed"]
    kept = {each.path: record.files[each.path] for each in planned if _remembered(each, record)}
    written = {each.path for each in due}
    ours = {each.path: _digest(each) for each in planned if each.path in written or each.state == "identical"}
    after = Manifest(
        {**(record.files if members else {}), **kept, **ours},
        settings=record.settings if settings is None else dict(settings),
        parts=record.parts if parts is None else frozenset(parts),
        members=members,
    )
    replaced = {each.path: digest(each.before) for each in (*due, *gone) if each.before is not None}
    with staging(directory) as change:
        # The record comes first and last: by it what was cut short in between is told from what the user did.
        change.put(RECORD, replace(after, replaced=replaced).to_bytes())
        for count, each in enumerate(due, 1):
            change.put(each.path, each.content, executable=each.executable)
            at(count, len(due))
        for each in gone:
            change.remove(each.path)
        change.put(RECORD, after.to_bytes())
        change.apply()
    return tuple(each.path for each in (*due, *gone))


def _digest(write: Write) -> str:
    """Return what is remembered of a file: what `init` has for it, so that the user's own text stays the user's."""
    return digest(write.content if write.rendered is None else write.rendered)


def _remembered(each: Write, record: Manifest) -> bool:
    return each.state == "kept" and not each.obsolete and each.path in record.files


def _check_unmoved(each: Write, directory: Path, checked: set[str]) -> None:
    target = directory / each.path
    _check_folders(each.path, directory, checked)
    now = target.read_bytes() if target.is_file() else None
    if now != each.before or target.is_symlink():
        raise MigrateError(f"`{target}` has changed since it was looked at", hint="run `init` again")
