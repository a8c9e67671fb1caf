"""Parts of a handler that requests do without: nothing is missing when they are not passed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.event_kinds import kind_said
from lambda_migrate.analyzer.event_parts import OF_ANSWERS, fills_in, is_filled_in
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

# Calls that hand on what they are given.
HANDS_ON = frozenset({"cast", "dict"})
# Parts of events that no HTTP request has.
OF_OTHER_EVENTS = frozenset({"Records", "detail", "detail-type", "eventSource", "eventSourceArn", "messageId"})
OF_LAMBDA = re.compile(
    r"lambda_?\w*(limit|max)|(limit|max)\w*_?lambda|(max|limit)_?(response|payload)|response_?(size_?)?(max|limit)"
    r"|get_remaining_time_in_millis",
    re.IGNORECASE,
)
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
        is_filled_in(branch, event)
        or _leads_to_another_role(module, branch, event)
        or _only_counts_cold_starts(branch)
        or _answers_for_a_failed_start(module, branch)
        or _keeps_a_limit_of_lambda(branch)
    )


def changes_nothing(statement: ast.stmt, inner: Scope) -> bool:
    """Return whether a statement leaves everything as a server has it anyway.

    Args:
        statement: of the handler.
        inner: the handler's scope.
    """
    if isinstance(statement, ast.Return):
        return isinstance(statement.value, ast.Call) and _hands_on(statement.value)
    if isinstance(statement, ast.Assign):
        return all(_is_of_the_answer(target, statement.value) for target in statement.targets)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and (
        _closes_its_own_loop(call, inner) or _goes_back(call, inner) or fills_in(call)
    )


def holds_for_all(test: ast.expr, event: str) -> bool:
    """Return whether a test asks for an event at all, which requests and all others are: `isinstance(event, dict)`."""
    if isinstance(test, ast.Call) and last_name(test.func) == "isinstance" and len(test.args) == len(("event", "type")):
        return _reads(test.args[0], event) and _reads(test.args[1], "dict") and isinstance(test.args[0], ast.Name)
    return isinstance(test, ast.Name) and test.id == event


def only_tells_kinds(name: str, function: ast.AST | None) -> bool:
    """Return whether a name of a handler is used for nothing but tests of what kind of event it was given."""
    inside = ast.walk(function) if function is not None else ()
    tests = [part.test for part in inside if isinstance(part, ast.If) and _reads(part.test, name)]
    return bool(tests) and all(kind_said(test) or _compares_kinds(test) for test in tests)


def _compares_kinds(test: ast.expr) -> bool:
    """Return whether a name is compared with what is a kind of event: `kind == "sqs"`."""
    return isinstance(test, ast.Compare) and any(kind_said(each) for each in test.comparators)


def catches_what_it_raises(statement: ast.Try) -> bool:
    """Return whether what is raised in a `try` is caught there, and not raised again."""
    raised = {last_name(_class_of(part.exc)) for part in _raises(statement.body) if part.exc is not None}
    caught = {last_name(each.type) for each in statement.handlers if each.type is not None}
    again = any(True for _ in _raises([part for each in statement.handlers for part in each.body]))
    return raised <= caught and not again


def _class_of(raised: ast.expr) -> ast.expr:
    return raised.func if isinstance(raised, ast.Call) else raised


def _raises(body: Sequence[ast.stmt]) -> Iterator[ast.Raise]:
    for statement in body:
        yield from (part for part in ast.walk(statement) if isinstance(part, ast.Raise))


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _hands_on(call: ast.Call) -> bool:
    return (
        last_name(call.func) in HANDS_ON
        and not call.keywords
        and bool(call.args)
        and isinstance(call.args[-1], ast.Name)
    )


def _is_of_the_answer(target: ast.expr, value: ast.expr) -> bool:
    """Return whether a part of the answer is set that only Lambda reads, or to a copy of itself."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
        return False
    if target.slice.value == "isBase64Encoded":
        return isinstance(value, ast.Constant)
    if isinstance(value, ast.Call) and last_name(value.func) in {"int", "str"} and value.args:
        return ast.unparse(value.args[0]) == ast.unparse(target)
    return target.slice.value in OF_ANSWERS and isinstance(value, ast.Dict) and value.keys == [None]


def _closes_its_own_loop(call: ast.Call, inner: Scope) -> bool:
    if (
        not isinstance(call.func, ast.Attribute)
        or call.func.attr != "close"
        or not isinstance(call.func.value, ast.Name)
    ):
        return False
    values = [value for value, _ in inner.assigned.get(call.func.value.id, ())]
    return bool(values) and all(
        isinstance(value, ast.Call) and last_name(value.func) in {"new_event_loop", "get_event_loop"}
        for value in values
    )


def _goes_back(call: ast.Call, inner: Scope) -> bool:
    """Return whether the folder is changed back to what it was: `os.chdir(before)`."""
    given = call.args[0] if call.args else None
    if last_name(call.func) != "chdir" or not isinstance(given, ast.Name):
        return False
    values = [value for value, _ in inner.assigned.get(given.id, ())]
    return any(isinstance(value, ast.Call) and last_name(value.func) == "getcwd" for value in values)


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


def _answers_for_a_failed_start(module: Module, branch: ast.If) -> bool:
    """Return whether a branch is taken where the import of the application failed: a server does not start then."""
    names = {part.id for part in ast.walk(branch.test) if isinstance(part, ast.Name)}
    if not names or not isinstance(branch.body[-1], (ast.Return, ast.Raise)):
        return False
    tries = (each for each in module.tree.body if isinstance(each, ast.Try))
    failed = [statement for each in tries for handler in each.handlers for statement in handler.body]
    told = {
        target.id
        for statement in failed
        for part in ast.walk(statement)
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    return names <= told


def _keeps_a_limit_of_lambda(branch: ast.If) -> bool:
    """Return whether an answer is refused that is too large or too late for Lambda: `if size > RESPONSE_LIMIT`."""
    names = (last_name(part) for part in ast.walk(branch.test) if isinstance(part, (ast.Name, ast.Attribute)))
    return any(OF_LAMBDA.search(name) for name in names)


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
