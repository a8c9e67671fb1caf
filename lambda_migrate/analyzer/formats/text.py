"""Writes an analysis for people: place, code, message, the line itself, what to do, and a counted summary."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Severity
from lambda_migrate.analyzer.rules import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.analysis import Analysis
    from lambda_migrate.analyzer.findings import Finding

WIDEST_LINE = 100
MOST_LINES_NAMED = 10
MOST_FILES_NAMED = 5
NOUNS = {Severity.ERROR: ("error", "errors"), Severity.WARN: ("warning", "warnings"), Severity.INFO: ("info", "infos")}


def render(analysis: Analysis, *, all_lines: bool = False) -> str:
    """Return the analysis as plain text.

    Args:
        analysis: what to write.
        all_lines: show every finding instead of the first of each rule in each file.
    """
    parts = []
    for _, group in groupby(analysis.findings, key=lambda finding: finding.path):
        parts += list(_file(list(group), all_lines=all_lines))
    parts += list(_accepted(analysis))
    parts.append("\n".join(_summary(analysis)))
    return _printable("\n\n".join(parts)) + "\n"


def counted(counts: dict[str, int]) -> str:
    """Return the numbers of findings in words, leaving out what there is none of."""
    return ", ".join(
        f"{counts[severity.value]} {nouns[counts[severity.value] != 1]}"
        for severity, nouns in NOUNS.items()
        if counts[severity.value]
    )


def _printable(text: str) -> str:
    """Replace control characters: source code must not be able to command a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def _file(findings: Sequence[Finding], *, all_lines: bool) -> Iterator[str]:
    if all_lines:
        yield from ("\n".join(_finding(finding, ())) for finding in findings)
        return
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.code, []).append(finding)
    for first, *more in by_rule.values():
        yield "\n".join(_finding(first, [finding.line for finding in more]))


def _finding(finding: Finding, more: Sequence[int]) -> Iterator[str]:
    yield f"{finding.path}:{finding.line}:{finding.column}: {finding.code} [{finding.severity}] {finding.message}"
    if finding.text.strip():
        number = str(finding.line)
        text, caret = _cut(finding)
        yield f"  {number} | {text}"
        yield f"  {' ' * len(number)} | {' ' * caret}^"
    if more:
        lines = sorted(set(more))
        named = ", ".join(str(line) for line in lines[:MOST_LINES_NAMED])
        rest = f" and {len(lines) - MOST_LINES_NAMED} others" if len(lines) > MOST_LINES_NAMED else ""
        yield f"  + {len(more)} more in this file: line{'s' if len(lines) > 1 else ''} {named}{rest}"
    yield f"  hint: {finding.hint} ({finding.name})"


def _cut(finding: Finding) -> tuple[str, int]:
    """Return the part of the line around the finding, and where the caret stands in it."""
    text = finding.text.expandtabs(1)
    indent = len(text) - len(text.lstrip())
    start = indent
    caret = max(finding.column - 1 - start, 0)
    if caret >= WIDEST_LINE:
        start = finding.column - 1 - WIDEST_LINE // 2
        caret = WIDEST_LINE // 2
    shown = text[start : start + WIDEST_LINE].rstrip()
    return f"{'…' if start > indent else ''}{shown}", min(caret + (start > indent), len(shown) + 1)


def _accepted(analysis: Analysis) -> Iterator[str]:
    if analysis.accepted:
        lines = ["Accepted:"]
        for accepted in analysis.accepted:
            finding = accepted.finding
            lines.append(f"  {finding.path}:{finding.line}: {finding.code} {accepted.reason} ({accepted.by})")
        yield "\n".join(lines)
    if analysis.stale_acceptances:
        lines = ["Accepted, but found no more:"]
        for entry in analysis.stale_acceptances:
            unknown = "" if entry.rule.lower() in NAMES else " (there is no such rule)"
            lines.append(f"  {entry.rule}{f' in {entry.path}' if entry.path else ''}: {entry.reason}{unknown}")
        yield "\n".join(lines)


def _summary(analysis: Analysis) -> Iterator[str]:
    files = f"{len(analysis.reached)} {'file' if len(analysis.reached) == 1 else 'files'}"
    accepted = f", {len(analysis.accepted)} accepted" if analysis.accepted else ""
    if analysis.findings:
        yield f"Found {counted(analysis.counts)} in {files}{accepted}."
    else:
        yield f"Nothing found in {files}{accepted}."
    if analysis.whole_tree:
        yield f"Every file was read: {analysis.whole_tree}."
    if analysis.unreached:
        named = ", ".join(analysis.unreached[:MOST_FILES_NAMED])
        more = ", …" if len(analysis.unreached) > MOST_FILES_NAMED else ""
        reason = f"not imported from `{analysis.handler}`" if not analysis.whole_tree else "tests"
        yield f"Not read, {reason}: {len(analysis.unreached)} ({named}{more})."
    if analysis.blocking:
        verb = "error blocks" if len(analysis.blocking) == 1 else "errors block"
        yield f"{len(analysis.blocking)} {verb} the cutover until fixed or accepted with a reason."
