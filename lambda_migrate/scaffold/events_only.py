"""Whether a function serves events only, so that its service needs no application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.rules.no_adapter import OF_REQUESTS

if TYPE_CHECKING:
    from lambda_migrate.analyzer import Analysis
    from lambda_migrate.scaffold.facts import FunctionFacts


def serves(analysis: Analysis, facts: FunctionFacts) -> bool:
    """Tell whether neither AWS, nor the project, nor the code knows of requests that reach the function."""
    requests = [
        each for each in (*analysis.findings, *(a.finding for a in analysis.accepted)) if each.code in OF_REQUESTS
    ]
    branches = [each for each in analysis.event_branches if each.source == "http"]
    return not (facts.routes or analysis.adapters or requests or branches)
