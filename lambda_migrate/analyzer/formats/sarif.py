"""Writes an analysis as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lambda_migrate import __version__
from lambda_migrate.analyzer.findings import CONFIGURATION, Severity
from lambda_migrate.analyzer.rules import RULES

if TYPE_CHECKING:
    from lambda_migrate.analyzer.analysis import Analysis
    from lambda_migrate.analyzer.findings import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "note"}


def render(analysis: Analysis) -> str:
    """Return the analysis as a SARIF log with one run; accepted findings are results with a suppression."""
    return json.dumps(document(analysis), indent=2, ensure_ascii=False) + "\n"


def document(analysis: Analysis) -> dict[str, Any]:
    """Return the SARIF log as an object."""
    used = {finding.code for finding in analysis.findings} | {entry.finding.code for entry in analysis.accepted}
    rules = [rule for rule in RULES if rule.code in used]
    positions = {rule.code: position for position, rule in enumerate(rules)}
    results = [_result(finding, analysis.located(finding.path), positions) for finding in analysis.findings]
    for entry in analysis.accepted:
        kind = "external" if entry.by == CONFIGURATION else "inSource"
        suppression = {"kind": kind, "status": "accepted", "justification": entry.reason}
        path = analysis.located(entry.finding.path)
        results.append({**_result(entry.finding, path, positions), "suppressions": [suppression]})
    driver = {
        "name": "lambda-migrate",
        "version": __version__,
        "rules": [
            {
                "id": rule.code,
                "name": rule.name,
                "shortDescription": {"text": rule.documentation.partition("\n")[0]},
                "fullDescription": {"text": rule.documentation.strip()},
                "help": {"text": rule.hint},
                "defaultConfiguration": {"level": LEVELS[rule.severity]},
            }
            for rule in rules
        ],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(finding: Finding, path: str, positions: dict[str, int]) -> dict[str, Any]:
    # Names that are not UTF-8 keep their bytes.
    uri = quote(os.fsencode(path))
    region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
    if finding.text:
        region["snippet"] = {"text": finding.text}
    return {
        "ruleId": finding.code,
        "ruleIndex": positions[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.hint}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }
