"""Finds functions that change environment variables.

## Why it breaks
The environment belongs to the process. With one request at a time, a value set for this request was gone or overwritten
by the next; on a server the requests that run at the same moment read each other's.

## Instead
Pass the value along, or keep it in a context variable. Set what really is configuration before the process starts.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM307"
SEVERITY = Severity.WARN
HINT = "pass the value along, or keep it in a context variable"

VALID = (
    "import os\nos.environ['TZ'] = 'UTC'\n",
    "import os\ndef read():\n    return os.environ['HOME']\n",
    "def update(environ):\n    environ['x'] = 1\n",
)
INVALID = (
    "import os\ndef use(tenant):\n    os.environ['TENANT'] = tenant\n",
    "from os import environ\ndef use(tenant):\n    environ.update(TENANT=tenant)\n",
    "import os\ndef drop():\n    del os.environ['TENANT']\n",
    "import os\ndef use(zone):\n    os.putenv('TZ', zone)\n",
)
KNOWN_MISSES = ("import os\ndef use(values):\n    for target in (os.environ,):\n        target.update(values)\n",)
MUTATORS = ("setdefault", "update", "pop", "clear", "popitem", "putenv", "unsetenv")
CHANGES = frozenset({f"os.environ.{name}" for name in MUTATORS} | {"os.putenv", "os.unsetenv"})


def check(module: Module) -> Iterator[Fact]:
    """Report assignments, deletions and mutating calls inside functions."""
    if not module.mentions(b"environ", b"putenv", b"unsetenv"):
        return
    message = "changes the environment of all requests of the process"
    for node, scope in module.of(ast.Subscript):
        changed = not isinstance(node.ctx, ast.Load) and not scope.at_import
        if changed and module.resolve(node.value, scope) == "os.environ":
            yield module.fact(node, message)
    for call, scope in module.calls(*MUTATORS):
        if not scope.at_import and module.resolved(call, scope) in CHANGES:
            yield module.fact(call, message)
