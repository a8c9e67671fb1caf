"""Follows imports from the handler, reads each file once, joins all facts, applies what is accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import FRAMEWORKS, Adapter
from lambda_migrate.analyzer.analysis import Analysis
from lambda_migrate.analyzer.distributions import (
    Requirements,
    names_everything,
    read_requirements,
    requirement_files,
)
from lambda_migrate.analyzer.entry import Deployed, EntryPoint, find_entry
from lambda_migrate.analyzer.findings import CONFIGURATION, Accepted, AcceptedRule, Fact, Finding
from lambda_migrate.analyzer.following import read_all, size_of
from lambda_migrate.analyzer.importing import ImportPaths
from lambda_migrate.analyzer.layers import layer_names
from lambda_migrate.analyzer.project import Project, Report
from lambda_migrate.analyzer.rules import RULES, event_dispatch, means_a_rule
from lambda_migrate.analyzer.tree import SourceTree, survey
from lambda_migrate.analyzer.workers import working
from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lambda_migrate.analyzer.rule import Rule
    from lambda_migrate.analyzer.suppressions import Suppression


def analyze(
    root: Path,
    handler: str | None,
    *,
    accepted: Sequence[AcceptedRule] = (),
    requirements: Sequence[str] | Requirements | None = None,
    layers: Sequence[Path] = (),
    workers: int | None = None,
    deployed: Deployed | None = None,
) -> Analysis:
    """Find what breaks when the code under `root` no longer runs on Lambda.

    Args:
        root: folder of the code: the extracted package, or the source.
        handler: the function's handler, such as `app.main.handler`. Without one the only adapter in the folder is
            taken for it; if there is none or several, every file is read.
        accepted: entries of `accept:`.
        requirements: what the service requires, as lines or read already; when None, read from the files in the
            folder, or, where those declare nothing, in the nearest folder above it within its repository.
        layers: folders of extracted layers.
        workers: processes to read with; as many as processors when None, and only where the folder is worth them.
        deployed: how it is deployed, as far as somebody knows.

    Returns:
        Findings, accepted findings, the files that were not reached, and the adapters that were found.

    Raises:
        ConfigError: `root` is not a directory.
    """
    if not root.is_dir():
        raise ConfigError(f"folder `{root}` does not exist", hint="give the folder that holds the function's code")
    tree = survey(root)
    paths = ImportPaths(tree.files, folder=root.resolve().name)
    deployed = deployed or Deployed()
    if deployed.begin:
        paths.begin_at(deployed.begin)
    entry = find_entry(tree, paths, handler)
    with working(size_of(tree), workers) as pool:
        reports, whole = read_all(tree, paths, entry, pool)
    project = Project(
        reports=sorted(reports.values(), key=lambda report: report.path),
        handler=entry.handler,
        handler_path=entry.path,
        requirements=_requirements(root, paths, requirements),
        vendored=tree.vendored | deployed.provided,
        python=deployed.python,
        compiled=tree.compiled,
        layers=layer_names(layers),
        paths=paths,
        whole_tree=whole,
        rule_names=frozenset(name for rule in RULES for name in (rule.code, rule.name)),
    )
    return _analysis(project, tree, entry, accepted)


def find_adapters(root: Path, handler: str | None = None) -> tuple[Adapter, ...]:
    """Return every adapter in the code: what the handler imports, or in the whole folder without a handler."""
    return analyze(root, handler).adapters


def _requirements(root: Path, paths: ImportPaths, given: Sequence[str] | Requirements | None) -> Requirements | None:
    if isinstance(given, Requirements):
        return given
    if given is not None:
        return Requirements(given)
    places = [(root, *(root / folder for folder in paths.roots)), *((folder,) for folder in folders_above(root))]
    for folders in places:
        files = list(requirement_files(*folders))
        if files:
            lines = (line for file in files for line in read_requirements(file))
            return Requirements(lines, complete=any(names_everything(file) for file in files))
    return None


def folders_above(root: Path) -> Sequence[Path]:
    """Return the folders above the code, up to that of its repository; the parent alone if it is in none."""
    parents = root.resolve().parents
    top = next((depth for depth, folder in enumerate(parents) if (folder / ".git").exists()), 0)
    return () if (root / ".git").exists() else parents[: top + 1]


def _analysis(project: Project, tree: SourceTree, entry: EntryPoint, entries: Sequence[AcceptedRule]) -> Analysis:
    findings, commented, unused = _concluded(project)
    kept, configured, stale = _accepted(findings, entries)
    reached = tuple(report.path for report in project.reports)
    return Analysis(
        root=str(tree.root),
        handler=entry.handler,
        findings=tuple(kept),
        accepted=tuple(sorted([*commented, *configured], key=lambda each: _place(each.finding))),
        stale_acceptances=(*stale, *unused),
        reached=reached,
        unreached=tuple(sorted(set(tree.files) - set(reached))),
        whole_tree=project.whole_tree,
        line_count=sum(report.line_count for report in project.reports),
        adapters=tuple(_adapters(project, entry)),
        event_branches=event_dispatch.branches(_facts(project, event_dispatch.CODE)),
    )


def _facts(project: Project, code: str) -> list[Fact]:
    return [fact for report in project.reports for fact in report.facts.get(code, ())]


def _concluded(project: Project) -> tuple[list[Finding], list[Accepted], list[AcceptedRule]]:
    """Return the findings, those that a comment beside them accepts, and what comments accept in vain."""
    by_path = {report.path: report for report in project.reports}
    findings: dict[Finding, Accepted | None] = {}
    used: set[tuple[str, str, int]] = set()
    for rule in RULES:
        for fact in rule.conclude(_facts(project, rule.code), project):
            finding = rule.finding(fact)
            comment = _comment(rule, fact, by_path.get(fact.path))
            accepted = None
            if comment is not None:
                used.add((rule.code, fact.path, comment.line))
                accepted = Accepted(finding, comment.reason, f"{fact.path}:{comment.line}")
            findings.setdefault(finding, accepted)
    kept = sorted((finding for finding, accepted in findings.items() if accepted is None), key=_place)
    return kept, [accepted for accepted in findings.values() if accepted is not None], list(_unused(project, used))


def _comment(rule: Rule, fact: Fact, report: Report | None) -> Suppression | None:
    allowing = (each for each in (report.suppressions if report else ()) if each.allows(rule.code, rule.name, fact))
    return next(allowing, None)


def _unused(project: Project, used: set[tuple[str, str, int]]) -> Iterator[AcceptedRule]:
    """Return what comments accept although nothing is found there."""
    codes = {name: rule.code for rule in RULES for name in (rule.code.lower(), rule.name)}
    for report in project.reports:
        for comment in report.suppressions:
            for name in comment.rules if comment.reason else ():
                code = codes.get(name.lower())
                if code is not None and (code, report.path, comment.line) not in used:
                    yield AcceptedRule(name, comment.reason, f"{report.path}:{comment.line}")


def _accepted(
    findings: Sequence[Finding], entries: Sequence[AcceptedRule]
) -> tuple[list[Finding], list[Accepted], tuple[AcceptedRule, ...]]:
    kept: list[Finding] = []
    accepted: list[Accepted] = []
    used: set[AcceptedRule] = set()
    for finding in findings:
        entry = next((entry for entry in entries if entry.covers(finding)), None)
        if entry is None:
            kept.append(finding)
        else:
            used.add(entry)
            accepted.append(Accepted(finding, entry.reason, CONFIGURATION))
    stale = tuple(entry for entry in entries if entry not in used and means_a_rule(entry.rule))
    return kept, accepted, stale


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line, finding.column, finding.code


def _outside(dotted: str) -> str:
    """Return the location of an application that comes from a package, `shoplib.main:app` for `shoplib.main.app`."""
    module, _, attribute = dotted.rpartition(".")
    return f"{module}:{attribute}" if module and "()" not in dotted else ""


def _adapters(project: Project, entry: EntryPoint) -> Iterator[Adapter]:
    """Return the adapters with their application's location and framework, which other modules may know."""
    for report in project.reports:
        for adapter in report.adapters:
            names = list(project.names(f"{adapter.application}()" if adapter.factory else adapter.application))
            framework = next((FRAMEWORKS[name.removesuffix("()")] for name in names if name[:-2] in FRAMEWORKS), "")
            application = project.location(adapter.application) or _outside(adapter.application)
            yield replace(adapter, application=application, framework=framework)
    if entry.adapter is not None:
        yield replace(entry.adapter, application=project.location(entry.adapter.application))
