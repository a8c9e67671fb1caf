"""Decides which files are read: what the handler imports, or everything where that cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.reading import FileToRead, read
from lambda_migrate.analyzer.tree import SourceTree, is_test

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.analyzer.entry import EntryPoint
    from lambda_migrate.analyzer.importing import ImportPaths
    from lambda_migrate.analyzer.project import Report
    from lambda_migrate.analyzer.workers import Workers


def size_of(tree: SourceTree) -> int:
    """Return the number of bytes of all files."""
    total = 0
    for path in tree.files:
        try:
            total += (tree.root / path).stat().st_size
        except OSError:
            continue
    return total


def read_all(tree: SourceTree, paths: ImportPaths, entry: EntryPoint, pool: Workers) -> tuple[dict[str, Report], str]:
    """Return the reports by path, and why every file was read if that was necessary."""
    reports: dict[str, Report] = {}
    whole = entry.reason
    if entry.path:
        whole = _follow(tree.root, paths, entry, pool, reports)
    if whole:
        rest = [path for path in tree.files if path not in reports and not is_test(path)]
        for report in pool.map(read, [FileToRead(tree.root, path, paths.name_of(path)) for path in rest]):
            reports[report.path] = report
            for imported, _ in report.imports:
                paths.locate(imported, report.path)
    return reports, whole


def _follow(root: Path, paths: ImportPaths, entry: EntryPoint, pool: Workers, reports: dict[str, Report]) -> str:
    target = (entry.handler or "").rpartition(".")[2]
    module = paths.name_of(entry.path)
    pending = list(dict.fromkeys([*paths.locate(module), entry.path]))
    seen = set(pending)
    dynamic = ""
    while pending:
        jobs = [FileToRead(root, path, paths.name_of(path), target if path == entry.path else "") for path in pending]
        pending = []
        for report in pool.map(read, jobs):
            reports[report.path] = report
            dynamic = dynamic or report.dynamic
            for path in _imported(report, paths):
                if path not in seen:
                    seen.add(path)
                    pending.append(path)
    return f"{dynamic} imports what only running the code can tell" if dynamic else ""


def _imported(report: Report, paths: ImportPaths) -> Iterator[str]:
    for folder in report.roots:
        if folder in paths.folders:
            paths.add_root(folder)
    for module, attribute in report.imports:
        yield from paths.locate(module, report.path)
        if module and attribute and attribute != "*":
            yield from paths.locate(f"{module}.{attribute}", report.path)
