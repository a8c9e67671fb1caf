"""Finds `allow` comments that give no reason or name no rule.

## Why it breaks
An accepted error no longer blocks the cutover, so the next reader has to see why. A comment without a reason, or with a
misspelt code, accepts nothing.

## Instead
Write `# lambda-migrate: allow LM401 - only a scratch file, removed at once`, on the line or above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.suppressions import suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM009"
SEVERITY = Severity.ERROR
HINT = "write `# lambda-migrate: allow LM401 - why this is all right`"

VALID = (
    "x = '/tmp/x'  # lambda-migrate: allow LM401 - removed at once\n",
    "y = '# lambda-migrate: allow LM401'\n",
)
INVALID = (
    "x = '/tmp/x'  # lambda-migrate: allow LM401\n",
    "x = '/tmp/x'  # lambda-migrate: allow - because\n",
    "x = '/tmp/x'  # lambda-migrate: allow LM999 - no such rule\n",
)
KNOWN_MISSES = (
    # That a reason is a good one.
    "x = '/tmp/x'  # lambda-migrate: allow LM401 - x\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Report comments without a reason or rule, and note the rules that the others name."""
    for suppression in suppressions(module):
        if not suppression.rules:
            yield module.fact_at(suppression.line, suppression.column - 1, "the comment names no rule")
        elif not suppression.reason:
            yield module.fact_at(
                suppression.line, suppression.column - 1, f"`allow {', '.join(suppression.rules)}` gives no reason"
            )
        for rule in suppression.rules:
            yield module.fact_at(suppression.line, suppression.column - 1, "", kind="rule", value=rule)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report what is wrong by itself, and rules that do not exist."""
    for fact in facts:
        if fact.kind == "finding":
            yield fact
        elif fact.value.upper() not in project.rule_names and fact.value.lower() not in project.rule_names:
            yield fact.saying(f"unknown rule `{fact.value}`")
