"""Which statements of a handler an HTTP request passes, before and after the adapter is called."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lambda_migrate.analyzer.branches import (
    OF_REQUESTS,
    catches_what_it_raises,
    changes_nothing,
    holds_for_all,
    is_done_without,
    kind_said,
    only_tells_kinds,
)
from lambda_migrate.analyzer.harmless_calls import READS, SAYS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.scopes import Scope

# What a client sends: a function that looks at it decides about requests, whatever it returns.
SENT = frozenset(
    {"headers", "multiValueHeaders", "body", "queryStringParameters", "rawQueryString", "cookies", "authorizationToken"}
)
# How routes of WebSocket APIs begin, which no request of HTTP has.
OF_WEBSOCKETS = frozenset({"$", "$connect", "$disconnect"})
DEEPEST = 2
HARMLESS = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.FunctionDef, ast.AsyncFunctionDef)
ENDS = (ast.Return, ast.Raise)


@dataclass(frozen=True, slots=True)
class Work:
    """A statement, or an expression, that requests pass on their way to the adapter or back."""

    node: ast.stmt | ast.expr
    when: Literal["before", "around", "after"]


def passed_by_requests(module: Module, function: Function, call: ast.Call, event: str) -> Iterator[Work]:
    """Return what requests pass in a handler beside the call of the adapter.

    Args:
        module: the handler's.
        function: the handler.
        call: the adapter's call.
        event: name of the parameter that holds the event.
    """
    yield from _Walk(module, function, call, event).through(function.body)


class _Walk:
    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        self.module = module
        self.call = call
        self.event = event
        self.depth = 0
        self.caught = 0
        self.inner = module.inside(function)
        self.made = {name for made in _made_of(call.func, module.inside(function)) for name in made}

    def through(self, body: Sequence[ast.stmt]) -> Iterator[Work]:
        """Yield the work in a block that holds the call somewhere."""
        at = next((number for number, statement in enumerate(body) if self._holds(statement)), None)
        if at is None:
            return
        for statement in body[:at]:
            if self._works(statement):
                yield Work(statement, "before")
        yield from self._inside(body[at])
        if not self._ends(body[at]):
            for statement in body[at + 1 :]:
                if self._works(statement):
                    yield Work(statement, "after")

    def _inside(self, statement: ast.stmt) -> Iterator[Work]:
        if isinstance(statement, ast.If):
            if not self._holds(statement.test):
                yield from self.through(statement.body if self._held_in(statement.body) else statement.orelse)
        elif isinstance(statement, ast.Try):
            yield from self.through(statement.body)
            yield from (Work(each, "after") for each in statement.finalbody if self._works(each))
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                if (
                    not self._holds(item.context_expr)
                    and last_name(getattr(item.context_expr, "func", item)) != "suppress"
                ):
                    yield Work(item.context_expr, "around")
            yield from self.through(statement.body)
        elif not isinstance(self.call.args[0], ast.Name) and not self._only_reads(self.call.args[0]):
            yield Work(self.call.args[0], "before")

    def _holds(self, node: ast.AST) -> bool:
        return any(part is self.call for part in ast.walk(node))

    def _held_in(self, body: Sequence[ast.stmt]) -> bool:
        return any(self._holds(statement) for statement in body)

    def _ends(self, statement: ast.stmt) -> bool:
        """Return whether nothing of the block follows once the adapter has been called in a statement."""
        if isinstance(statement, ast.If):
            branch = statement.body if self._held_in(statement.body) else statement.orelse
            return bool(branch) and isinstance(branch[-1], ENDS)
        if isinstance(statement, (ast.Try, ast.With)):
            return bool(statement.body) and isinstance(statement.body[-1], ENDS)
        return isinstance(statement, ENDS)

    def _works(self, statement: ast.stmt) -> bool:
        """Return whether a statement does something that a request would miss."""
        if isinstance(statement, HARMLESS) or self._changes_nothing(statement):
            return False
        if isinstance(statement, ast.If):
            return self._works_in_branches(statement)
        if isinstance(statement, (ast.Try, ast.For, ast.While)):
            return self._works_in_turn(statement)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return self._assigns_work(statement)
        if isinstance(statement, ast.Expr):
            value = statement.value
            return not (isinstance(value, ast.Constant) or self._says(value) or self._only_reads(value))
        return not (isinstance(statement, ast.Return) and self._is_plain_return(statement))

    def _changes_nothing(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Raise):
            return self.caught > 0
        return not self.depth and changes_nothing(statement, self.inner)

    def _works_in_turn(self, statement: ast.Try | ast.For | ast.While) -> bool:
        """Return whether something happens in a `try` or a loop; what a helper raises and catches itself is nothing."""
        catches = self.depth > 0 and isinstance(statement, ast.Try) and catches_what_it_raises(statement)
        self.caught += catches
        works = any(self._works(each) for each in statement.body)
        self.caught -= catches
        last = statement.finalbody if isinstance(statement, ast.Try) else statement.orelse
        return works or any(self._works(each) for each in last)

    def _assigns_work(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if all(isinstance(target, ast.Name) and target.id in self.made for target in targets):
            return False  # the application and its adapter are made here
        if self._classifies(targets, statement.value):
            return False
        named = all(isinstance(target, (ast.Name, ast.Tuple)) or _is_waiting(target) for target in targets)
        return not named or (statement.value is not None and not self._only_reads(statement.value))

    def _classifies(self, targets: Sequence[ast.expr], value: ast.expr | None) -> bool:
        """Return whether a function elsewhere is asked what kind of event this is, and for nothing else."""
        target = targets[0]
        asked = isinstance(value, ast.Call) and [getattr(each, "id", "") for each in value.args] == [self.event]
        return asked and isinstance(target, ast.Name) and only_tells_kinds(target.id, self.inner.node)

    def _works_in_branches(self, statement: ast.If) -> bool:
        if {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)} <= self.made:
            return False  # whether there is an adapter at all
        if not self.depth and (is_done_without(self.module, statement, self.event) or self._sets_up(statement)):
            return False
        asked = self._asks_for(statement.test)
        passed = [*(statement.body if asked != "others" else ()), *(statement.orelse if asked != "requests" else ())]
        ends = () if self.depth or asked == "others" else ENDS
        return any(self._works(each) or isinstance(each, ends) for each in passed)

    def _sets_up(self, statement: ast.If) -> bool:
        """Return whether each branch sets what the adapter is made with, or refuses a setting of the deployment."""
        if {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)} & self._of_event():
            return False
        parts = [each for each in (*statement.body, *statement.orelse) if not isinstance(each, ast.Raise)]
        return bool(parts) and all(
            self._sets_up(each) if isinstance(each, ast.If) else self._is_set_for_the_adapter(each) for each in parts
        )

    def _is_set_for_the_adapter(self, statement: ast.stmt) -> bool:
        if not isinstance(statement, ast.Assign) or self._assigns_work(statement):
            return False
        return {getattr(target, "id", "") for target in statement.targets} <= self.made

    def _asks_for(self, test: ast.expr) -> str:
        """Return which events a test lets in: `requests`, `others`, or "" where it looks at something else."""
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        if not names & self._of_event() and kind_said(test):
            return kind_said(test)
        if any(isinstance(part, ast.Constant) and part.value in OF_WEBSOCKETS for part in ast.walk(test)):
            return "others"
        unsaid = not names & self._of_event() or self._looks_at_what_was_sent(test)
        return "" if unsaid else self._asks_of_the_event(test)

    def _asks_of_the_event(self, test: ast.expr) -> str:
        """Return what a test of the event lets in, as :meth:`_asks_for`."""
        if holds_for_all(test, self.event):
            return "requests"
        if isinstance(test, ast.Name):
            return self._asks_by_name(test)
        if isinstance(test, ast.BoolOp):
            return self._asks_together(test)
        if isinstance(test, ast.UnaryOp):
            return {"requests": "others", "others": "requests"}.get(self._asks_for(test.operand), "")
        if isinstance(test, ast.Compare):
            return self._compares(test)
        return "requests" if self._of_a_request(test) else "others"

    def _asks_by_name(self, test: ast.Name) -> str:
        """Return what a name was set to ask, where it was set once: ``is_http = "httpMethod" in event``."""
        values = [value for value, _ in self.inner.assigned.get(test.id, ())]
        asked = values[0] if len(values) == 1 else None
        if not isinstance(asked, ast.expr) or test.id in {e.id for e in ast.walk(asked) if isinstance(e, ast.Name)}:
            return "requests" if self._of_a_request(test) else "others"
        return self._asks_for(asked)

    def _asks_together(self, test: ast.BoolOp) -> str:
        telling = [each for each in test.values if not holds_for_all(each, self.event)]
        asked = [self._asks_for(each) for each in telling or test.values]
        if isinstance(test.op, ast.Or):
            return asked[0] if len(set(asked)) == 1 else ""
        return "requests" if "requests" in asked else "others" if "others" in asked else ""

    def _compares(self, test: ast.Compare) -> str:
        operator, left = test.ops[0], test.left
        if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant):
            plain = not isinstance(test.comparators[0], (ast.Call, ast.Subscript))
            if left.value in OF_REQUESTS and plain:
                return "requests" if isinstance(operator, ast.In) else "others"
        return "" if self._of_a_request(test) else "others"

    def _looks_at_what_was_sent(self, test: ast.expr) -> bool:
        """Return whether a test goes by what a function of the module has made of a request's headers or body."""
        values: list[ast.AST] = [test]
        for part in ast.walk(test):
            if isinstance(part, ast.Name):
                values += [value for value, _ in self.inner.assigned.get(part.id, ()) if value is not None]
        called = {name for value in values for name in _called(value)}
        return any(self._reads_what_was_sent(name) for name in called)

    def _reads_what_was_sent(self, name: str, depth: int = DEEPEST) -> bool:
        bodies = [value for value, _ in self.module.root.assigned.get(name, ()) if isinstance(value, ast.FunctionDef)]
        parts = [part for body in bodies for part in ast.walk(body)]
        if any(isinstance(part, ast.Constant) and part.value in SENT for part in parts):
            return True
        called = {each for body in bodies for each in _called(body)} - {name} if depth else set()
        return any(self._reads_what_was_sent(each, depth - 1) for each in called)

    def _of_event(self) -> set[str]:
        """Return the names that stand for the event, or parts of it."""
        names = {self.event}
        for statement, _ in self.module.of(ast.Assign):
            read = {part.id for part in ast.walk(statement.value) if isinstance(part, ast.Name)}
            if self.event in read and self._only_reads(statement.value):
                names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        return names

    def _of_a_request(self, node: ast.AST) -> bool:
        """Return whether parts of a request are looked at, also by a name that one was given before."""
        parts = list(ast.walk(node))
        names = {part.id for part in parts if isinstance(part, ast.Name)} - {self.event}
        parts += [part for name in names for value in self._set_to(name) for part in ast.walk(value)]
        return any(isinstance(part, ast.Constant) and part.value in OF_REQUESTS for part in parts)

    def _set_to(self, name: str) -> list[ast.AST]:
        """Return what a name of the handler is set to, and the functions of the module that this is made with."""
        values: list[ast.AST] = [value for value, _ in self.inner.assigned.get(name, ()) if value is not None]
        called = [each for value in values for each in _called(value)]
        made = [value for each in called for value, _ in self.module.root.assigned.get(each, ())]
        return values + [each for each in made if isinstance(each, ast.FunctionDef)]

    def _only_reads(self, node: ast.AST) -> bool:
        calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
        return not isinstance(node, ast.NamedExpr) and all(self._reads(call) for call in calls)

    def _reads(self, call: ast.Call) -> bool:
        own = isinstance(call.func, ast.Name) and self._does_nothing(call.func.id)
        return own or last_name(call.func) in READS

    def _says(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and self._does_nothing(node.func.id):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and self._is_made_here(node.func.value):
            return True
        if not isinstance(node, ast.Call) or last_name(node.func) not in {*SAYS, "set_event_loop"}:
            return False
        return all(self._only_reads(each) for each in (*node.args, *(keyword.value for keyword in node.keywords)))

    def _is_made_here(self, node: ast.expr) -> bool:
        """Return whether something is made in the handler for the application or its adapter."""
        return isinstance(node, ast.Name) and node.id in self.made and node.id in self.inner.assigned

    def _does_nothing(self, name: str) -> bool:
        """Return whether a function of the module only reads, says something, or sees to an event loop."""
        values = [value for value, _ in self.module.root.assigned.get(name, ())]
        if len(values) != 1 or not isinstance(values[0], ast.FunctionDef) or self.depth >= DEEPEST:
            return False
        self.depth += 1
        works = any(self._works(each) for each in values[0].body)
        self.depth -= 1
        return not works

    def _is_plain_return(self, statement: ast.Return) -> bool:
        """Return whether nothing happens in a `return`: in a function that is called, reading is nothing."""
        if self.depth:
            return statement.value is None or self._only_reads(statement.value)
        return statement.value is None or isinstance(statement.value, ast.Name)


def _called(node: ast.AST) -> Iterator[str]:
    """Yield the plain names that are called in a piece of code."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id


def _is_waiting(target: ast.expr) -> bool:
    """Return whether `context.callback_waits_for_empty_event_loop` is set, which only Lambda asks for."""
    return (
        isinstance(target, ast.Attribute) and target.attr.lower().replace("_", "") == "callbackwaitsforemptyeventloop"
    )


def _made_of(node: ast.AST, scope: Scope, depth: int = 4) -> Iterator[set[str]]:
    """Yield the names that an adapter is made of in a function: its own, its application's, and what these are from."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    yield names
    for name in names if depth else ():
        for value, where in scope.assigned.get(name, ()):
            if value is not None and where is scope and isinstance(value, ast.Call):
                yield from _made_of(value, scope, depth - 1)
