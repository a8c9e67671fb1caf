"""Finds what breaks off Lambda: reads source code, runs nothing, needs no account."""

from __future__ import annotations

from lambda_migrate.analyzer.adapters import Adapter, AdapterKind
from lambda_migrate.analyzer.analysis import Analysis, EventBranch
from lambda_migrate.analyzer.engine import analyze, find_adapters
from lambda_migrate.analyzer.entry import Deployed
from lambda_migrate.analyzer.findings import Accepted, AcceptedRule, Finding, Severity
from lambda_migrate.analyzer.pages import UnknownRule, explanation

__all__ = [
    "Accepted",
    "AcceptedRule",
    "Adapter",
    "AdapterKind",
    "Analysis",
    "Deployed",
    "EventBranch",
    "Finding",
    "Severity",
    "UnknownRule",
    "analyze",
    "explanation",
    "find_adapters",
]
