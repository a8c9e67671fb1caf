"""How flips are called in code, and how the values that they decide are written."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.handover.model import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.handover.model import Flip

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_ADDRESS = re.compile(r"/functions/(arn:[^/]+)/invocations$")
"""How API Gateway addresses a function ("Integration.uri", API Gateway's API reference)."""


def name_of(*parts: str) -> str:
    """Return a name that every tool takes: lower case, digits, underscores; a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", "_".join(parts).lower()).strip("_")
    return name if name[:1].isalpha() else f"a_{name}"


def pointed(after: str, attribute: str = "arn") -> str | Reference:
    """Return a value; one that names an alias of a function as a reference."""
    arn = Arn.parse(after)
    qualified = arn.service == "lambda" and arn.resource.count(":") > 1
    return Reference(after, attribute) if qualified else after


def addressed(uri: str) -> str | Reference:
    """Return the URI of an integration; one that names an alias as a reference, by which Terraform has such a URI."""
    match = _ADDRESS.search(uri)
    value = pointed(match[1], "invoke_arn") if match else uri
    return value if isinstance(value, Reference) else uri


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Return what of some values is not None."""
    return {name: value for name, value in values.items() if value is not None}


def may_come_to(written: object, name: str) -> bool:
    """Return whether a text with placeholders, `${Stage}-orders`, may come to a name; anything else may be any.

    Args:
        written: As it stands in a template or in Terraform's code, without quotes.
        name: What it may come to.
    """
    pieces = _PLACEHOLDER.split(written) if isinstance(written, str) else []
    if len(pieces) == 1 or not pieces or "%{" in str(written):
        return True
    first, *middle, last = pieces
    at, end = len(first), len(name) - len(last)
    for each in middle:
        at = name.find(each, at, end) if 0 <= at <= end else -1
        at += len(each) if at >= 0 else 0
    return 0 <= at <= end and name.startswith(first) and name.endswith(last)


def told_apart(flip: Flip, things: Mapping[str, Flip]) -> Flip:
    """Return a flip under a name of its own: two integrations of an API, a queue and a table, are called alike.

    Args:
        flip: The flip.
        things: Those that have names already, by name.
    """
    names = (flip.name if number == 1 else f"{flip.name}_{number}" for number in count(1))
    return next(replace(flip, name=name) for name in names if name not in things or _same(things[name], flip))


def overtaken(earlier: Flip, later: Flip) -> bool:
    """Return whether a flip has changed all that an earlier one decided of the same thing: it led to the alias once."""
    mine, theirs = earlier.terraform, later.terraform
    decided = set(mine.attributes) if mine else set()
    return _same(earlier, later) and theirs is not None and bool(decided) and decided <= set(theirs.ignored)


def _same(one: Flip, other: Flip) -> bool:
    """Return whether two flips that are called alike are about one thing: by its id, where it has one."""
    mine, theirs = one.terraform, other.terraform
    if mine is None or theirs is None:
        return mine is theirs
    return (mine.type, mine.import_id, mine.identity) == (theirs.type, theirs.import_id, theirs.identity)
