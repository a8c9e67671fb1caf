"""What `assess`, `verify load` and `verify shadow` have found, kept beside the ledger for the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.regular_file import OURS, read_regular, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.workflow.context import Context

LONGEST = 1 << 24
"""Bytes of a result, at most."""

LOAD, ASSESSMENT, COMPARED = "load", "assess", "shadow"


def path_of(context: Context, name: str) -> Path:
    """Return where a result is kept: one for each configuration of a folder."""
    return context.folder / OURS / f"{context.options.config.stem}.{name}.json"


def keep(context: Context, name: str, data: dict[str, Any]) -> None:
    """Keep a result; where that does not go it is said, and the report says less."""
    document = {"at": context.clock.moment().isoformat(timespec="seconds"), **data}
    try:
        write_private(path_of(context, name), json.dumps(document).encode())
    except OSError as error:
        context.progress.event(f"`{path_of(context, name)}` cannot be written: {error.strerror}; `report` lacks it")


def kept(context: Context, name: str) -> dict[str, Any]:
    """Return a result with ``at``, its time in ISO 8601; empty if there is none that can be read."""
    try:
        document = json.loads(read_regular(path_of(context, name), LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) and isinstance(document.get("at"), str) else {}
