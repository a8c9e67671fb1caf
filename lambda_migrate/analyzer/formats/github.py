"""Writes an analysis as annotations of GitHub Actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Severity

if TYPE_CHECKING:
    from lambda_migrate.analyzer.analysis import Analysis
    from lambda_migrate.analyzer.findings import Finding

COMMANDS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "notice"}


def render(analysis: Analysis) -> str:
    """Return one workflow command per finding; accepted findings are notices.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    noted = [(COMMANDS[each.severity], each, f"hint: {each.hint}") for each in analysis.findings]
    noted += [("notice", entry.finding, f"accepted: {entry.reason} ({entry.by})") for entry in analysis.accepted]
    lines = [_command(name, finding, analysis.located(finding.path), remark) for name, finding, remark in noted]
    return "".join(f"{line}\n" for line in lines)


def _command(name: str, finding: Finding, path: str, remark: str) -> str:
    title = _property(f"{finding.code} {finding.name}")
    place = f"file={_property(path)},line={finding.line},col={finding.column}"
    return f"::{name} {place},title={title}::{_data(f'{finding.message}{chr(10)}{remark}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
