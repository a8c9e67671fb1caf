"""Writes an analysis for people: place, code, message, the line itself, what to do, and a counted summary."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from lambda_migrate.analyzer.findings import CONFIGURATION, Severity
from lambda_migrate.analyzer.rules import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.analysis import Analysis
    from lambda_migrate.analyzer.findings import Finding

WIDEST_OUTPUT = 120
WIDEST_LINE = 100
NARROWEST_LINE = 20
MOST_LINES_NAMED = 10
MOST_FILES_NAMED = 5
NOUNS = {Severity.ERROR: ("error", "errors"), Severity.WARN: ("warning", "warnings"), Severity.INFO: ("info", "infos")}
COLOURS = {Severity.ERROR: "red", Severity.WARN: "yellow", Severity.INFO: "cyan"}


HINT = "  hint: "
"""What begins a hint; its other lines begin below its first word."""


class Painter(Protocol):
    """Colours text for a terminal."""

    def __call__(self, text: str, *colours: Any) -> str:
        """Return the text in those colours."""


def _plain(text: str, *colours: Any) -> str:  # noqa: ARG001  # the shape of every paint
    return text


def render(analysis: Analysis, *, all_lines: bool = False, paint: Painter = _plain, width: int = WIDEST_OUTPUT) -> str:
    """Return the analysis as text.

    Args:
        analysis: what to write.
        all_lines: show every finding instead of the first of each rule in each file.
        paint: how to colour.
        width: characters a line of the terminal has.
    """
    page = _Page(analysis, paint, width)
    parts = []
    for _, group in groupby(analysis.findings, key=lambda finding: finding.path):
        parts += list(page.file(list(group), all_lines=all_lines))
    parts += list(page.accepted())
    parts.append("\n".join(page.summary()))
    return "\n\n".join(parts) + "\n"


def counted(counts: dict[str, int]) -> str:
    """Return the numbers of findings in words, leaving out what there is none of."""
    return ", ".join(
        f"{counts[severity.value]} {nouns[counts[severity.value] != 1]}"
        for severity, nouns in NOUNS.items()
        if counts[severity.value]
    )


def _printable(text: str) -> str:
    """Replace control characters: neither source code nor a file's name must be able to command a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


@dataclass(frozen=True, slots=True)
class _Page:
    analysis: Analysis
    paint: Painter
    width: int

    def file(self, findings: Sequence[Finding], *, all_lines: bool) -> Iterator[str]:
        if all_lines:
            yield from ("\n".join(self.finding(finding, ())) for finding in findings)
            return
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            by_rule.setdefault(finding.code, []).append(finding)
        for first, *more in by_rule.values():
            yield "\n".join(self.finding(first, [finding.line for finding in more]))

    def place(self, path: str) -> str:
        return _printable(self.analysis.located(path))

    def finding(self, finding: Finding, more: Sequence[int]) -> Iterator[str]:
        paint, colour = self.paint, COLOURS[finding.severity]
        place = f"{paint(self.place(finding.path), 'bold')}:{finding.line}:{finding.column}"
        severity = paint(f"[{finding.severity}]", colour)
        yield f"{place}: {paint(finding.code, colour, 'bold')} {severity} {_printable(finding.message)}"
        if finding.text.strip():
            number = str(finding.line)
            text, caret = _cut(finding, max(min(WIDEST_LINE, self.width - len(number) - 5), NARROWEST_LINE))
            empty = " " * len(number)
            yield f"  {paint(f'{number} |', 'dim')} {text}"
            yield f"  {paint(f'{empty} |', 'dim')} {' ' * caret}{paint('^', colour, 'bold')}"
        if more:
            lines = sorted(set(more))
            named = ", ".join(str(line) for line in lines[:MOST_LINES_NAMED])
            rest = f" and {len(lines) - MOST_LINES_NAMED} others" if len(lines) > MOST_LINES_NAMED else ""
            yield f"  + {len(more)} more in this file: line{'s' if len(lines) > 1 else ''} {named}{rest}"
        whole = f"{finding.hint} ({finding.name})"
        if len(whole) + len(HINT) <= self.width or self.width >= WIDEST_OUTPUT:  # lines of a pipe stay whole
            yield f"  {paint('hint:', 'dim')} {finding.hint} {paint(f'({finding.name})', 'dim')}"
            return
        first, *following = textwrap.wrap(whole, self.width - len(HINT), break_long_words=False, break_on_hyphens=False)
        yield f"  {paint('hint:', 'dim')} {first}"
        yield from (" " * len(HINT) + line for line in following)

    def accepted(self) -> Iterator[str]:
        if self.analysis.accepted:
            lines = ["Accepted:"]
            for accepted in self.analysis.accepted:
                finding = accepted.finding
                by = accepted.by if accepted.by == CONFIGURATION else "comment"
                place = f"{self.place(finding.path)}:{finding.line}"
                lines.append(f"  {place}: {finding.code} {_printable(accepted.reason)} ({by})")
            yield "\n".join(lines)
        if self.analysis.stale_acceptances:
            lines = ["Accepted, but found no more:"]
            for entry in self.analysis.stale_acceptances:
                where = f" in {_printable(entry.path)}" if entry.path else ""
                unknown = "" if entry.rule.lower() in NAMES else " (unknown rule)"
                lines.append(f"  {entry.rule}{where}: {_printable(entry.reason)}{unknown}")
            yield "\n".join(lines)

    def summary(self) -> Iterator[str]:
        analysis = self.analysis
        files = f"{len(analysis.reached)} {'file' if len(analysis.reached) == 1 else 'files'}"
        accepted = f", {len(analysis.accepted)} accepted" if analysis.accepted else ""
        if analysis.findings:
            yield f"Found {counted(analysis.counts)} in {files}{accepted}."
        elif analysis.reached:
            yield f"Nothing found in {files}{accepted}."
        else:
            yield "No Python files found."
        if analysis.whole_tree and analysis.reached:
            yield f"Every file was read: {analysis.whole_tree}."
        if analysis.unreached:
            named = ", ".join(_printable(path) for path in analysis.unreached[:MOST_FILES_NAMED])
            more = ", …" if len(analysis.unreached) > MOST_FILES_NAMED else ""
            reason = f"not imported from `{analysis.handler}`" if not analysis.whole_tree else "tests"
            yield f"Not read, {reason}: {len(analysis.unreached)} ({named}{more})."
        if analysis.blocking:
            verb = "error blocks" if len(analysis.blocking) == 1 else "errors block"
            yield f"{len(analysis.blocking)} {verb} the cutover until fixed or accepted with a reason."


def _cut(finding: Finding, widest: int) -> tuple[str, int]:
    """Return the part of the line around the finding, and in which column of the terminal the caret stands below it."""
    text = _printable(finding.text.expandtabs(1))
    indent = len(text) - len(text.lstrip())
    start = indent
    caret = max(finding.column - 1 - start, 0)
    if caret >= widest:
        start = finding.column - 1 - widest // 2
        caret = widest // 2
    shown = text[start : start + widest].rstrip()
    before = shown[:caret]
    ellipsis = "…" if start > indent else ""
    return f"{ellipsis}{shown}", len(ellipsis) + sum(_width(char) for char in before) + min(caret - len(before), 1)


def _width(char: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
