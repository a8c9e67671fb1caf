"""Branches of a handler that requests do without: nothing is missing when they are not passed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from lambda_migrate.analyzer.module import Module

# What every answer of an adapter has.
OF_ANSWERS = frozenset({"headers", "statusCode", "body", "isBase64Encoded"})
# Parts of events that no HTTP request has.
OF_OTHER_EVENTS = frozenset({"Records", "detail", "detail-type", "eventSource", "eventSourceArn", "messageId"})
COLD_START = re.compile(r"cold_?start", re.IGNORECASE)
RECORDS = re.compile(r"metric|log|record|emit|count|track|report", re.IGNORECASE)


def is_done_without(module: Module, branch: ast.If, event: str) -> bool:
    """Return whether requests miss nothing when they do not pass a branch.

    Args:
        module: the handler's.
        branch: a statement of the handler.
        event: name of the parameter that holds the event.
    """
    if branch.orelse:
        return False
    return (
        _fills_in_what_is_there(branch, event)
        or _leads_to_another_role(module, branch, event)
        or _only_counts_cold_starts(branch)
    )


def _fills_in_what_is_there(branch: ast.If, event: str) -> bool:
    """Return whether a part of the answer is added that each answer has: `if "headers" not in answer`."""
    test = branch.test
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotIn) or len(test.ops) > 1:
        return False
    part, answer = test.left, test.comparators[0]
    return (
        isinstance(part, ast.Constant)
        and part.value in OF_ANSWERS
        and isinstance(answer, ast.Name)
        and answer.id != event
    )


def _leads_to_another_role(module: Module, branch: ast.If, event: str) -> bool:
    """Return whether the environment says that this is another function of the same code, one without requests."""
    last = branch.body[-1]
    call = last.value if isinstance(last, ast.Return) else None
    if len(branch.body) != 1 or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    if (
        not call.args
        or getattr(call.args[0], "id", "") != event
        or not _asks_the_environment_alone(module, branch.test)
    ):
        return False
    values = [value for value, _ in module.root.assigned.get(call.func.id, ())]
    if len(values) != 1 or not isinstance(values[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    words = {part.value for part in ast.walk(values[0]) if isinstance(part, ast.Constant)}
    return bool(words & OF_OTHER_EVENTS) and "statusCode" not in words


def _asks_the_environment_alone(module: Module, test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], (ast.Eq, ast.In)):
        return False
    return all(
        isinstance(side, ast.Constant) or _is_environment(module, side) for side in (test.left, *test.comparators)
    )


def _is_environment(module: Module, node: ast.expr) -> bool:
    """Return whether a value is read from the environment, here or where a name of the module is assigned."""
    if isinstance(node, ast.Name):
        values = [value for value, _ in module.root.assigned.get(node.id, ())]
        return (
            len(values) == 1 and isinstance(values[0], (ast.Call, ast.Subscript)) and _is_environment(module, values[0])
        )
    read = node.func if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Subscript) else None
    return read is not None and module.resolve(read, module.root) in {"os.environ", "os.environ.get", "os.getenv"}


def _only_counts_cold_starts(branch: ast.If) -> bool:
    """Return whether the first invocation of an environment is only counted: a server has no such invocations."""
    if not COLD_START.search(ast.unparse(branch.test)):
        return False
    return all(_lowers_the_flag(each) or _counts(each) for each in branch.body)


def _lowers_the_flag(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Global):
        return True
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Constant):
        return False
    return all(COLD_START.search(last_name(target)) is not None for target in statement.targets)


def _counts(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and RECORDS.search(last_name(call.func)) is not None
        and COLD_START.search(ast.unparse(call)) is not None
    )
