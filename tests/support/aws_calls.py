"""Which calls of AWS stand in the code, module by module, read from its source."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import lambda_migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(lambda_migrate.__file__).parent
FIRST_IS_SESSION = ("read_or_none",)
"""Functions that take a session before service and operation."""
MADE = re.compile(rf"\.(?:call|pages)\(|\b(?:{'|'.join(FIRST_IS_SESSION)})\(")
"""Without one of these a file makes no call, and is not worth parsing."""


@cache
def calls_by_module(without: tuple[str, ...] = ("sandbox",)) -> dict[str, set[str]]:
    """Return the calls in each module, ``{"inventory/grants.py": {"iam:GetAccountAuthorizationDetails"}}``.

    Args:
        without: Rooms that are left out: the sandbox has an account of its own.
    """
    calls: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        source = path.read_text(encoding="utf-8")
        if not name.startswith(without) and MADE.search(source):
            calls[name].update(_calls(ast.parse(source)))
    return {name: made for name, made in calls.items() if made}


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        arguments = node.args
        if isinstance(node.func, ast.Name) and node.func.id in FIRST_IS_SESSION:
            arguments = arguments[1:]
        elif not (isinstance(node.func, ast.Attribute) and node.func.attr in ("call", "pages")):
            continue
        names = [each.value for each in arguments[:2] if isinstance(each, ast.Constant)]
        if len(names) == 2 and all(isinstance(each, str) for each in names):
            yield f"{names[0]}:{pascal(str(names[1]))}"


def pascal(operation: str) -> str:
    """Return an operation as AWS spells it: ``GetAlias``."""
    return "".join(word.capitalize() for word in operation.split("_"))
