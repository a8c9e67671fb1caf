"""Finds hooks that run around a SnapStart snapshot.

## Why it breaks
`register_before_snapshot` and `register_after_restore` are called by Lambda's runtime only. What they do after a
restore (seed random numbers again, open connections, read fresh secrets) never happens on a service, and what they
close before the snapshot stays open.

## Instead
Do it in the application's lifespan, once for each process.

## Evidence
`snapshot_restore_py`, the module of Lambda's managed Python runtimes for SnapStart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM803"
SEVERITY = Severity.WARN
HINT = "do it in the application's lifespan"

VALID = ("import atexit\natexit.register(print)\n",)
INVALID = (
    "from snapshot_restore_py import register_after_restore\n@register_after_restore\ndef connect(): ...\n",
    "try:\n    import snapshot_restore_py as snapshot\nexcept ImportError:\n    snapshot = None\n",
)
KNOWN_MISSES = ("from shared import on_restore\n@on_restore\ndef connect(): ...\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report imports of the hooks' module."""
    for statement in module.imports:
        if statement.module.partition(".")[0] == "snapshot_restore_py":
            yield module.fact(statement.node, "nothing calls SnapStart hooks outside Lambda")
