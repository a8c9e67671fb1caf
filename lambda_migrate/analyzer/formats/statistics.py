"""Writes how often each rule found something."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.formats.text import counted
from lambda_migrate.analyzer.rules import RULES

if TYPE_CHECKING:
    from lambda_migrate.analyzer.analysis import Analysis


def render(analysis: Analysis) -> str:
    """Return one line per rule with findings: how many, in how many files, code, severity, name; most first."""
    counts = Counter(finding.code for finding in analysis.findings)
    files = Counter(code for code, _ in {(finding.code, finding.path) for finding in analysis.findings})
    accepted = Counter(entry.finding.code for entry in analysis.accepted)
    rows = [rule for rule in RULES if counts[rule.code] or accepted[rule.code]]
    rows.sort(key=lambda rule: (-counts[rule.code], rule.code))
    lines = [
        f"{counts[rule.code]:>6} in {files[rule.code]:>4} {'file ' if files[rule.code] == 1 else 'files'}"
        f"  {rule.code}  {rule.severity:<5}  {rule.name}"
        + (f"  ({accepted[rule.code]} accepted)" if accepted[rule.code] else "")
        for rule in rows
    ]
    accepted_total = f", {len(analysis.accepted)} accepted" if analysis.accepted else ""
    return "\n".join([*lines, f"{counted(analysis.counts) or 'nothing found'}{accepted_total}"]) + "\n"
