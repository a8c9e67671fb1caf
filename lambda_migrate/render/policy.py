"""The policies that a phase needs: JSON that IAM takes as it is, and what is said beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.policy_document import LIMIT, size
from lambda_migrate.render.format import counted

if TYPE_CHECKING:
    from collections.abc import Sequence


def policies(documents: Sequence[dict[str, Any]]) -> str:
    """Return the documents, one after the other; nothing else, so that IAM can be given what is printed."""
    return "\n".join(json.dumps(document, indent=2) for document in documents)


def beside(phase: str, documents: Sequence[dict[str, Any]], notes: Sequence[str]) -> str:
    """Return what a person should know of them.

    Args:
        phase: The phase that they are for.
        documents: The policies.
        notes: What none of them can name.
    """
    sizes = ", ".join(f"{size(document):,}" for document in documents)
    lines = [f"`{phase}` and its way back: {counted(len(documents), 'policy', 'policies')} of {sizes} characters."]
    if len(documents) > 1:
        lines.append(f"IAM takes {LIMIT:,} in one managed policy: attach them all.")
    return "\n".join([*lines, *(f"Not named: {note}." for note in notes)])
