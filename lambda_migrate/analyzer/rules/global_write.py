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
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM301"
SEVERITY = Severity.WARN
LAZY = "build it when the application starts, or guard it with a lock where it must not be made twice"
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
            fact = module.fact(node, f"assigns {names} for all requests of the process")
            if _is_filled_when_first_asked(module, node, scope):
                said = f"fills {names} when first asked: two requests at once may both do it"
                yield fact.saying(said, severity=Severity.INFO, hint=LAZY)
            else:
                yield fact


def _is_filled_when_first_asked(module: Module, node: ast.Global, scope: Scope) -> bool:
    """Return whether each name is assigned only where a test finds it empty, and is None at first."""
    guards = [test for test, where in module.of(ast.If) if where is scope]
    filled = {part.id for test in guards for part in _emptiness(test)}
    assigned = [
        target.id
        for statement, where in module.of(ast.Assign)
        if where is scope
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in node.names
    ]
    return set(node.names) <= filled and set(assigned) == set(node.names)


def _emptiness(test: ast.If) -> Iterator[ast.Name]:
    """Return the names that a test asks for being None or empty, or not: `if x is None`, `if not x`, `if x`."""
    question = test.test.operand if isinstance(test.test, ast.UnaryOp) else test.test
    if isinstance(question, ast.Compare) and isinstance(question.ops[0], (ast.Is, ast.IsNot)):
        question = question.left
    if isinstance(question, ast.Name):
        yield question
