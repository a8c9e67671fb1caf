"""Follows imports from the handler, reads each file once, judges all facts together, applies what is accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import FRAMEWORKS, Adapter
from lambda_migrate.analyzer.analysis import Analysis
from lambda_migrate.analyzer.distributions import Requirements, find_requirements
from lambda_migrate.analyzer.entry import Entry, find_entry
from lambda_migrate.analyzer.findings import Acceptance, Accepted, Fact, Finding
from lambda_migrate.analyzer.importing import ImportPaths
from lambda_migrate.analyzer.layers import layer_names
from lambda_migrate.analyzer.project import Project, Report
from lambda_migrate.analyzer.reading import Job, read
from lambda_migrate.analyzer.rules import RULES, event_dispatch
from lambda_migrate.analyzer.tree import SourceTree, is_test, survey
from lambda_migrate.analyzer.workers import Workers, working

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lambda_migrate.analyzer.rule import Rule


def analyze(
    root: Path,
    handler: str | None,
    *,
    accepted: Sequence[Acceptance] = (),
    requirements: Sequence[str] | None = None,
    layers: Sequence[Path] = (),
    workers: int | None = None,
) -> Analysis:
    """Find what breaks when the code under `root` no longer runs on Lambda.

    Args:
        root: folder of the code: the extracted package, or the source.
        handler: the function's handler, such as `app.main.handler`. Without one the only adapter in the folder is
            taken for it; if there is none or several, every file is read.
        accepted: entries of `accept:`.
        requirements: requirement lines of the service; read from the files in the folder when None.
        layers: folders of extracted layers.
        workers: processes to read with; as many as processors when None, and only where the folder is worth them.

    Returns:
        Findings, accepted findings, the files that were not reached, and the adapters that were found.
    """
    tree = survey(root)
    paths = ImportPaths(tree.files, folder=root.resolve().name)
    entry = find_entry(tree, paths, handler)
    with working(_size(tree), workers) as pool:
        reports, whole = _read_all(tree, paths, entry, pool)
    declared = requirements
    if declared is None:
        declared = find_requirements(root, *(root / folder for folder in paths.roots))
    project = Project(
        reports=sorted(reports.values(), key=lambda report: report.path),
        handler=entry.handler,
        handler_path=entry.path,
        requirements=None if declared is None else Requirements(declared),
        vendored=tree.vendored,
        compiled=tree.compiled,
        layers=layer_names(layers),
        paths=paths,
        whole_tree=whole,
        rule_names=frozenset(name for rule in RULES for name in (rule.code, rule.name)),
    )
    found, commented = _judged(project)
    kept, configured, stale = _accepted(found, accepted)
    return Analysis(
        root=str(root),
        handler=entry.handler,
        findings=tuple(kept),
        accepted=tuple(sorted([*commented, *configured], key=lambda each: _place(each.finding))),
        stale_acceptances=stale,
        reached=tuple(report.path for report in project.reports),
        unreached=tuple(path for path in tree.files if path not in reports),
        whole_tree=whole,
        line_count=sum(report.line_count for report in project.reports),
        adapters=tuple(_adapters(project, entry)),
        event_branches=event_dispatch.branches(_facts(project, event_dispatch.CODE)),
    )


def find_adapters(root: Path, handler: str | None = None) -> tuple[Adapter, ...]:
    """Return every adapter in the code: what the handler imports, or in the whole folder without a handler."""
    return analyze(root, handler).adapters


def _size(tree: SourceTree) -> int:
    total = 0
    for path in tree.files:
        try:
            total += (tree.root / path).stat().st_size
        except OSError:
            continue
    return total


def _read_all(tree: SourceTree, paths: ImportPaths, entry: Entry, pool: Workers) -> tuple[dict[str, Report], str]:
    """Return the reports by path, and why every file was read if that was necessary."""
    reports: dict[str, Report] = {}
    whole = entry.reason
    if entry.path:
        whole = _follow(tree.root, paths, entry, pool, reports)
    if whole:
        rest = [path for path in tree.files if path not in reports and not is_test(path)]
        for report in pool.map(read, [Job(tree.root, path, paths.name_of(path)) for path in rest]):
            reports[report.path] = report
            for imported, _ in report.imports:
                paths.locate(imported, report.path)
    return reports, whole


def _follow(root: Path, paths: ImportPaths, entry: Entry, pool: Workers, reports: dict[str, Report]) -> str:
    target = (entry.handler or "").rpartition(".")[2]
    module = paths.name_of(entry.path)
    pending = list(dict.fromkeys([*paths.locate(module), entry.path]))
    seen = set(pending)
    dynamic = ""
    while pending:
        jobs = [Job(root, path, paths.name_of(path), target if path == entry.path else "") for path in pending]
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


def _facts(project: Project, code: str) -> list[Fact]:
    return [fact for report in project.reports for fact in report.facts.get(code, ())]


def _judged(project: Project) -> tuple[list[Finding], list[Accepted]]:
    """Return the findings, and those that a comment beside them accepts."""
    by_path = {report.path: report for report in project.reports}
    found: dict[Finding, Accepted | None] = {}
    for rule in RULES:
        for fact in rule.judge(_facts(project, rule.code), project):
            finding = rule.finding(fact)
            found.setdefault(finding, _comment(rule, fact, finding, by_path.get(fact.path)))
    kept = sorted((finding for finding, comment in found.items() if comment is None), key=_place)
    return kept, [comment for comment in found.values() if comment is not None]


def _comment(rule: Rule, fact: Fact, finding: Finding, report: Report | None) -> Accepted | None:
    for suppression in report.suppressions if report else ():
        if suppression.allows(rule.code, rule.name, fact):
            return Accepted(finding, suppression.reason, f"{fact.path}:{suppression.line}")
    return None


def _accepted(
    found: Sequence[Finding], entries: Sequence[Acceptance]
) -> tuple[list[Finding], list[Accepted], tuple[Acceptance, ...]]:
    kept: list[Finding] = []
    accepted: list[Accepted] = []
    used: set[Acceptance] = set()
    for finding in found:
        entry = next((entry for entry in entries if entry.covers(finding)), None)
        if entry is None:
            kept.append(finding)
        else:
            used.add(entry)
            accepted.append(Accepted(finding, entry.reason, "migration.yaml"))
    # Other entries of `accept:` are about triggers and gates, of which the code knows nothing.
    known = {name for rule in RULES for name in (rule.code.lower(), rule.name)}
    stale = tuple(entry for entry in entries if entry not in used and entry.rule.lower() in known)
    return kept, accepted, stale


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.code


def _adapters(project: Project, entry: Entry) -> Iterator[Adapter]:
    """Return the adapters with their application's location and framework, which other modules may know."""
    for report in project.reports:
        for adapter in report.adapters:
            names = list(project.names(f"{adapter.application}()" if adapter.factory else adapter.application))
            framework = next((FRAMEWORKS[name.removesuffix("()")] for name in names if name[:-2] in FRAMEWORKS), "")
            yield replace(adapter, application=project.location(adapter.application), framework=framework)
    if entry.adapter is not None:
        yield replace(entry.adapter, application=project.location(entry.adapter.application))
