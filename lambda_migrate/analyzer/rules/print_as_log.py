"""Finds `print` used for logging, once in each file.

## Why it breaks
On Lambda every line of standard output is a log event that belongs to an invocation. On a service, lines of requests
that run at the same time mix, without level, time or request id.

## Instead
Use a logger. Lifted code may keep its prints at first; the service prefixes nothing to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM701"
SEVERITY = Severity.INFO
HINT = "use a logger"

VALID = (
    "import logging\nlogging.getLogger(__name__).info('x')\n",
    "from rich import print\nprint('x')\n",
    "def show(print):\n    print('x')\n",
)
INVALID = ("def read():\n    print('reading')\n", "import builtins\nbuiltins.print('x')\n")
PRINTS = frozenset({"print", "builtins.print"})
KNOWN_MISSES = ("import sys\nsys.stdout.write('x')\n",)


def check(module: Module) -> Iterator[Fact]:
    """Note calls of the builtin: the first of a file says how many there are, since all ask for the same change."""
    printed = [call for call, scope in module.calls("print") if module.resolved(call, scope) in PRINTS]
    if printed:
        first = min(printed, key=lambda call: (call.lineno, call.col_offset))
        more = f", {len(printed)} times in this file" if len(printed) > 1 else ""
        yield module.fact(first, f"`print` has no level and no request id{more}")
