"""Reads one file and lets every rule look at it."""

from __future__ import annotations

import stat
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.module import Module, SourceError, collection_paused
from lambda_migrate.analyzer.project import Report, report
from lambda_migrate.analyzer.rules import RULES, syntax_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.analyzer.findings import Fact
    from lambda_migrate.analyzer.rule import Rule

DEEP = 10_000
"""Calls that rules may be in at a time: a branch with hundreds of `elif` is as deep to them as it has of those."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """Bytes of a file, or why they cannot be had."""

    content: bytes
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class FileToRead:
    """One file to read.

    Attributes:
        root: the analysed folder.
        path: the file, relative to it.
        name: its dotted name.
        entry: name of the handler if this is its file, else empty.
    """

    root: Path
    path: str
    name: str
    entry: str = ""


def source_of(path: Path) -> FileContent:
    """Return the content of a regular file; anything else (a pipe, a dangling link) is an error to be reported."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            reason = "the folder cannot be listed" if stat.S_ISDIR(mode) else "not a regular file"
            return FileContent(b"", SourceError(reason, 1, 1))
        return FileContent(path.read_bytes())
    except OSError as error:
        return FileContent(b"", SourceError((error.strerror or "cannot be read").lower(), 1, 1))


def read(job: FileToRead) -> Report:
    """Return what all rules and the engine need to know of a file; its syntax tree is given up."""
    source = source_of(job.root / job.path)
    with collection_paused():
        return _read(job, source)


def _read(job: FileToRead, source: FileContent) -> Report:
    # A function of its own, so that the tree is gone before the collector looks at what is left.
    module = Module(job.path, source.content, job.name, entry=job.entry, error=source.error)
    with _deeper():
        facts = {rule.code: _seen(rule, module) for rule in RULES}
    facts[syntax_error.CODE] = tuple(syntax_error.check(module))
    reported = report(module, {code: seen for code, seen in facts.items() if seen})
    module.release()
    return reported


def _seen(rule: Rule, module: Module) -> tuple[Fact, ...]:
    """Return what a rule sees; nothing where the code is too deep for it, which is an error of the file then."""
    try:
        return tuple(rule.check(module))
    except RecursionError:
        module.error = SourceError("it is nested too deeply", 1, 1)
        return ()


@contextmanager
def _deeper() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
