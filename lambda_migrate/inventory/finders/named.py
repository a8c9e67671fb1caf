"""How callers name a function: by name, partial or whole ARN, each with a qualifier or without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function


def qualifier(function: Function, name: str, apart: str = "") -> str | None:
    """Return the qualifier that a caller invokes, or None where the name is not of this function.

    The forms are those of ``FunctionName`` in Lambda's Invoke: ``orders``, ``orders:live``,
    ``123456789012:function:orders``, ``arn:aws:lambda:eu-west-1:123456789012:function:orders:live``.

    Args:
        function: The function.
        name: What a caller gives as ``FunctionName``.
        apart: What it gives as ``Qualifier`` beside that.
    """
    own = Arn.parse(function.arn)
    forms = (function.arn, f"{own.account}:{own.resource}", own.resource, function.name)
    for form in forms:
        if name == form or (name.startswith(f"{form}:") and ":" not in name[len(form) + 1 :]):
            named = name[len(form) + 1 :] or apart
            return "" if named == "$LATEST" else named
    return None


def mentions(function: Function, text: str) -> tuple[str, ...]:
    """Return the qualifiers with which a text names the function by its ARN, whole or partial, each once.

    A name alone is a word like any other: ``orders`` may be a table.
    """
    own = Arn.parse(function.arn)
    pattern = rf"(?<![\w-]){re.escape(f'{own.account}:{own.resource}')}(?::([\w-]+|\$LATEST))?(?![\w-])"
    qualifiers = (match[1] or "" for match in re.finditer(pattern, text) if _here(function, text, match.start()))
    return tuple(dict.fromkeys("" if each == "$LATEST" else each for each in qualifiers))


def _here(function: Function, text: str, start: int) -> bool:
    """Return whether an ARN, if it is a whole one, is of this partition and region."""
    own = Arn.parse(function.arn)
    before = re.search(r"arn:[^:\s\"']*:lambda:[^:\s\"']*:$", text[:start])
    return before is None or before[0] == f"arn:{own.partition}:lambda:{own.region}:"
