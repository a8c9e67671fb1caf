"""What a deployment would do to one flip, and how values are compared with what was flipped."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.declarations.model import mapping
from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = Literal["keeps", "undoes", "unknown"]
_WORST: tuple[Outcome, ...] = ("undoes", "unknown", "keeps")


@dataclass(frozen=True)
class Finding:
    """What a deployment would do to one flip.

    Attributes:
        flip: In one line.
        outcome: ``keeps``, ``undoes``, or ``unknown`` where only the deployment itself will know.
        why: In one line.
    """

    flip: str
    outcome: Outcome
    why: str


def worst(findings: Iterable[Finding], otherwise: Finding) -> Finding:
    """Return the finding that weighs most, the first of its kind; without any, what it is otherwise."""
    listed = list(findings)
    return min(listed, key=lambda each: _WORST.index(each.outcome)) if listed else otherwise


def unless_undone(finding: Finding, why: str) -> Finding:
    """Return that something is unknown, and why; what is undone stays so."""
    return finding if finding.outcome == "undoes" else replace(finding, outcome="unknown", why=why)


def held(wanted: Any, now: Any, unknown: Any = None) -> Outcome:
    """Return whether a value is what was flipped.

    Args:
        wanted: What it is since the flip: a text, a :class:`Reference`, the members of a block that were decided.
        now: What it becomes; of blocks that repeat, a list.
        unknown: True where only the deployment will tell; of a block or a list, that of its members.
    """
    if unknown is True:
        return "unknown"
    if isinstance(wanted, list):
        return _weightiest(held(each, now, unknown) for each in wanted)
    if isinstance(now, list):
        marks = unknown if isinstance(unknown, list) else []
        each = [held(wanted, one, marks[at] if at < len(marks) else None) for at, one in enumerate(now)]
        return max(each, key=_WORST.index) if each else "undoes"
    if isinstance(wanted, dict):
        given, members = mapping(now), mapping(unknown)
        return _weightiest(held(value, given.get(name), members.get(name)) for name, value in wanted.items())
    if isinstance(wanted, Reference):
        return "keeps" if isinstance(now, str) and leads(now, wanted.value) else "undoes"
    return "keeps" if wanted == now or str(wanted) == str(now) else "undoes"


def _weightiest(outcomes: Iterable[Outcome]) -> Outcome:
    return min(outcomes, key=_WORST.index, default="keeps")


def leads(text: str, arn: str) -> bool:
    """Return whether a text means an alias or another thing: its ARN, the end of it, API Gateway's address of it."""
    short = ":" in text and not text.startswith("arn:") and arn.endswith(f":{text}")
    named = re.fullmatch(r"target-group:(.+)", arn)  # a target group of ours, by its name
    of_group = named is not None and f":targetgroup/{named[1]}/" in text
    return text == arn or short or of_group or f"/functions/{arn}/" in text


def leads_past(text: str, goal: str) -> bool:
    """Return whether a text has the function's own ARN too, beside that of its alias.

    Args:
        text: A document.
        goal: The alias' ARN.
    """
    return re.search(rf"{re.escape(goal.rpartition(':')[0])}(?![\w:-])", text) is not None


def parsed(value: Any) -> Any:
    """Return a value that a change set gives as the JSON of it."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def alike(name: str, given: Any, wanted: str) -> bool:
    """Return whether an attribute names the same thing; a function goes by its name or its ARN."""
    return str(given) == wanted or (name == "function_name" and str(given).endswith(f":function:{wanted}"))
