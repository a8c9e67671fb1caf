"""Who holds a state's lock: Terraform writes the operation, the person and the time."""

from __future__ import annotations

import json

from lambda_migrate.declarations.model import mapping

_TOLD = ("Operation", "Who", "Created")


def about(text: str) -> str:
    """Return who holds the lock, "" if it does not say."""
    try:
        told = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return ""
    return " ".join(str(told[name]) for name in _TOLD if told.get(name))


def held(tool: str, where: str, by: str) -> str:
    """Return that a state is being changed, and what to do.

    Args:
        tool: Whose state it is.
        where: The lock's name.
        by: What :func:`about` says.
    """
    named = f"`{where}`: {by}" if by else f"`{where}`"
    text = f"{tool} is running, its state is locked ({named}), so what was read of it may be half-changed"
    return f"{text}: wait until it is done, then run this again"
