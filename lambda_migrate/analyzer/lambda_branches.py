"""Branches that ask whether this is Lambda, and decide nothing that a service would miss."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import KINDS
from lambda_migrate.analyzer.evidence import LOGGERS, LOGS
from lambda_migrate.analyzer.harmless_calls import SAYS
from lambda_migrate.analyzer.patterns import lambda_variables
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

# What other frameworks call theirs: `AwsLambdaHandler`.
ADAPTER = re.compile(r"Lambda\w*(Handler|Adapter)$")
LAPTOPS = frozenset({"load_dotenv", "basicConfig"})
LEVELS = frozenset({"logging.DEBUG", "logging.INFO", "logging.WARNING", "logging.ERROR"})
LOOPS = re.compile(r"event_loop$")


def only_answers(choice: ast.IfExp, module: Module) -> bool:
    """Return whether an expression decides nothing: it answers its test, reads a variable or is told to the log."""
    lines = (line for line, _ in module.calls(*SAYS) if line.lineno <= choice.lineno <= (line.end_lineno or 0))
    if any(_is_told(line) and any(part is choice for part in ast.walk(line)) for line in lines):
        return True
    if all(isinstance(each, ast.Constant) and isinstance(each.value, bool) for each in (choice.body, choice.orelse)):
        return True
    asked = {node.value for node in lambda_variables(choice.test)}
    return bool(asked) and asked == {node.value for node in lambda_variables(choice.body)}


def _is_told(line: ast.Call) -> bool:
    """Return whether something is logged: `log.info(…)`, `print(…)`; not `math.log(…)`."""
    return not isinstance(line.func, ast.Attribute) or LOGGERS.search(last_name(line.func.value)) is not None


def decides_nothing(module: Module, branch: ast.If, scope: Scope) -> bool:
    """Return whether a test decides only about an adapter, which a server does not need, or a line in the log."""
    return _is_without_use(module, (*branch.body, *branch.orelse), scope)


def _is_without_use(module: Module, passed: Sequence[ast.stmt], scope: Scope) -> bool:
    return all(
        _is_without_use(module, [*each.body, *(part for handler in each.handlers for part in handler.body)], scope)
        if isinstance(each, ast.Try)
        else _makes_an_adapter(module, each, scope) or _logs(each)
        for each in passed
    )


def _makes_an_adapter(module: Module, statement: ast.stmt, scope: Scope) -> bool:
    if isinstance(statement, ast.ImportFrom):
        imported = statement.names[0].name
        return f"{statement.module}.{imported}" in KINDS or imported in LAPTOPS or ADAPTER.search(imported) is not None
    made = statement.value if isinstance(statement, ast.Assign) else None
    if not isinstance(made, ast.Call):
        return False
    return module.resolved(made, scope) in KINDS or ADAPTER.search(last_name(made.func)) is not None


def _logs(statement: ast.stmt) -> bool:
    """Return whether a statement only sets up what a service has anyway.

    That is the log, a file of settings that only laptops have, the folder of the code on the import path, and the
    start-up code of the application, which a server runs.
    """
    if isinstance(statement, (ast.For, ast.If)):
        return all(_logs(each) for each in (*statement.body, *statement.orelse))
    if isinstance(statement, ast.Assign):
        made = statement.value
        if isinstance(made, ast.List) and all(isinstance(each, ast.Constant) for each in made.elts):
            return True  # of folders, to be put on the import path
        reads = isinstance(made, (ast.Call, ast.Subscript)) and next(lambda_variables(made), None) is not None
        return reads or (isinstance(made, ast.Call) and LOOPS.search(last_name(made.func)) is not None)
    if isinstance(statement, (ast.Pass, ast.Return)):
        return isinstance(statement, ast.Pass) or (
            statement.value is not None and ast.unparse(statement.value) in LEVELS
        )
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    holder = call.func.value if isinstance(call.func, ast.Attribute) else call
    given = call.args[0].func if call.args and isinstance(call.args[0], ast.Call) else call
    return (
        last_name(call.func) in SAYS | LAPTOPS
        or last_name(given) == "startup"
        or LOGS.search(last_name(call.func)) is not None
        or LOGGERS.search(last_name(holder)) is not None
        or (isinstance(holder, ast.Attribute) and holder.attr == "path" and last_name(holder.value) == "sys")
    )
