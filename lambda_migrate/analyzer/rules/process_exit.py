"""Finds code that ends the process or takes over its signals.

## Why it breaks
A Lambda process that exits fails one invocation and is replaced. A worker that exits takes every request it was serving
with it. `signal.signal` overwrites the server's own handlers, so that a stop no longer drains requests.

## Instead
Raise an exception that becomes a response. Do what must happen at the end in the application's lifespan.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM602"
SEVERITY = Severity.WARN
HINT = "raise an exception that becomes a response, and use the lifespan for what happens at the end"

VALID = (
    "import sys\nif __name__ == '__main__':\n    sys.exit(1)\n",
    "def exit():\n    return 1\nexit()\n",
    # At import it ends the start, which is what is wanted.
    "import os\nBUCKET = os.environ.get('BUCKET') or exit('BUCKET is required')\n",
    "import os, sys\nif 'BUCKET' not in os.environ:\n    sys.exit('BUCKET is required')\n",
)
INVALID = (
    "import sys\ndef stop():\n    sys.exit(1)\n",
    "from os import _exit as leave\ndef stop():\n    leave(1)\n",
    "import signal\nsignal.signal(signal.SIGTERM, print)\n",
    "def stop():\n    raise SystemExit\n",
    "def stop():\n    quit()\n",
)
KNOWN_MISSES = ("import os, signal\ndef stop():\n    os.kill(os.getpid(), signal.SIGKILL)\n",)
ENDS = frozenset({"sys.exit", "os._exit", "os.abort", "exit", "quit", "signal.signal", "SystemExit"})


def check(module: Module) -> Iterator[Fact]:
    """Report calls that end the process or set a signal handler, and raising `SystemExit`."""
    if not module.mentions(b"exit", b"Exit", b"quit", b"abort", b"signal"):
        return
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        signals = resolved == "signal.signal"
        if resolved in ENDS and (signals or not scope.at_import):
            effect = "takes over a signal of" if signals else "ends"
            yield module.fact(call, f"`{resolved}` {effect} a worker that serves other requests")
    for node, scope in module.of(ast.Raise):
        named = isinstance(node.exc, ast.Name) and not scope.at_import
        if named and module.resolve(node.exc, scope) == "SystemExit":  # type: ignore[arg-type]
            yield module.fact(node, "`SystemExit` ends a worker that serves other requests")
