"""Policies of IAM from permissions: as few statements as say the same, in as many documents as IAM's limit takes."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.permissions import Permission

LIMIT = 6_144
"""Characters of a managed policy, white space not counted ("IAM and AWS STS quotas", IAM guide)."""

Statement = dict[str, Any]


def statements(permissions: Iterable[Permission]) -> list[Statement]:
    """Return the statements that allow just these: one for all actions that share resources and condition."""
    resources: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for each in permissions:
        resources[each.action, each.condition].add(each.resource)
    actions: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for (action, condition), listed in sorted(resources.items()):
        actions[_widest(listed), condition].append(action)
    return [_statement(listed, *key) for key, listed in sorted(actions.items(), key=lambda each: each[1])]


def _widest(resources: set[str]) -> tuple[str, ...]:
    """Return resources without those that another one covers; ``*`` covers all."""
    return ("*",) if "*" in resources else tuple(sorted(resources))


def _statement(actions: list[str], resources: tuple[str, ...], condition: tuple[str, ...]) -> Statement:
    made: Statement = {"Effect": "Allow", "Action": _one_or_list(actions), "Resource": _one_or_list(list(resources))}
    if condition:
        operator, key, value = condition
        made["Condition"] = {operator: {key: value}}
    return made


def _one_or_list(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def documents(permissions: Iterable[Permission], limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return the policies that allow just these, each within IAM's limit.

    Args:
        permissions: What they allow.
        limit: Characters of one, white space not counted.
    """
    parts: list[list[Statement]] = [[]]
    for statement in (part for each in statements(permissions) for part in _parts(each, limit)):
        if parts[-1] and size(_document([*parts[-1], statement])) > limit:
            parts.append([])
        parts[-1].append(statement)
    return [_document(each) for each in parts if each]


def _parts(statement: Statement, limit: int) -> Iterator[Statement]:
    """Yield a statement, or its halves where it alone is longer than a document may be."""
    resources = statement["Resource"]
    if size(_document([statement])) <= limit or isinstance(resources, str):
        yield statement
        return
    half = len(resources) // 2
    for part in (resources[:half], resources[half:]):
        yield from _parts({**statement, "Resource": _one_or_list(part)}, limit)


def _document(listed: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": listed}


def size(document: dict[str, Any]) -> int:
    """Return the characters of a policy as IAM counts them: without white space."""
    return len("".join(json.dumps(document, separators=(",", ":")).split()))
