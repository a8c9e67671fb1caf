"""Finds functions that assign module-level names through `global`.

## Why it breaks
One Lambda process answers one request at a time. A server answers dozens at once in threads, and runs several workers:
lazy initialisation runs twice or is seen half done, counters lose counts, and every worker has its own value.

## Instead
Build shared objects once, when the application starts. Guard what must be lazy with a lock, keep per-request values in
the request, and shared state in a store outside the process.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM301"
SEVERITY = Severity.WARN
HINT = "build it when the application starts, guard it with a lock, or keep it outside the process"

VALID = ("COUNT = 1\ndef read():\n    return COUNT\n", "global x\nx = 1\n")
INVALID = (
    "connection = None\ndef connect():\n    global connection\n    connection = open('x')\n",
    "total = 0\nclass Till:\n    async def add(self, amount):\n        global total\n        total += amount\n",
)
KNOWN_MISSES = ("import sys\ndef connect():\n    sys.modules[__name__].connection = open('x')\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report every `global` statement in a function."""
    for node, scope in module.of(ast.Global):
        if not scope.at_import:
            names = ", ".join(f"`{name}`" for name in node.names)
            yield module.fact(node, f"assigns {names} for all requests of the process")
