"""Whether something that is read in a function ends in the log, and nowhere else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.evidence import LOGGERS, reads
from lambda_migrate.analyzer.harmless_calls import SAYS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from lambda_migrate.analyzer.scopes import Scope


def is_only_logged(key: ast.expr, scope: Scope) -> bool:
    """Return whether `….get(key)` is read for lines of the log alone, so that without it requests go on as before.

    Args:
        key: what is asked for.
        scope: the function's that asks.
    """
    function = scope.node
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _is_asked_for(key, function):
        return False
    statements = [part for part in ast.walk(function) if isinstance(part, ast.stmt) and part is not function]
    names: set[str] = set()
    while True:
        known = len(names)
        for statement in statements:
            parts = [part for child in ast.iter_child_nodes(statement) for part in _expressions(child)]
            if not any(part is key or (isinstance(part, ast.Name) and part.id in names) for part in parts):
                continue
            if isinstance(statement, ast.Assign) and all(isinstance(each, ast.Name) for each in statement.targets):
                if not all(reads(part) for part in parts if isinstance(part, ast.Call)):
                    return False
                names.update(part.id for part in statement.targets if isinstance(part, ast.Name))
            elif not _is_a_line(statement):
                return False
        if len(names) == known:
            return True


def _expressions(node: ast.AST) -> list[ast.AST]:
    """Return the parts of an expression; none of a statement, which is looked at by itself."""
    return [] if isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)) else list(ast.walk(node))


def _is_asked_for(key: ast.expr, function: ast.AST) -> bool:
    calls = (part for part in ast.walk(function) if isinstance(part, ast.Call) and part.args)
    return any(call.args[0] is key and last_name(call.func) == "get" for call in calls)


def _is_a_line(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    holder = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return last_name(call.func) in SAYS and (not holder or LOGGERS.search(holder) is not None)
