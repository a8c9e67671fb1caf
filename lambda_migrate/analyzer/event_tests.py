"""What a test in a handler asks of its event: whether a request is let in, or another event."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.branches import OF_OTHER_EVENTS, holds_for_all
from lambda_migrate.analyzer.event_kinds import kind_said
from lambda_migrate.analyzer.event_parts import OF_REQUESTS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

# What a client sends: a function that looks at it decides about requests, whatever it returns.
SENT = frozenset(
    {"headers", "multiValueHeaders", "body", "queryStringParameters", "rawQueryString", "cookies", "authorizationToken"}
)
# How routes of WebSocket APIs begin, and parts of their events, which no request of HTTP has.
OF_WEBSOCKETS = frozenset({"$", "$connect", "$disconnect", "connectionId", "eventType"})
OPPOSITE = {"requests": "others", "others": "requests"}
BUILTINS = frozenset({"any", "all", "bool", "len", "set", "isinstance", "str", "hasattr", "callable"})
# Methods that look at the text of a part, which all requests have.
LOOKS_AT_TEXT = frozenset({"startswith", "endswith", "match", "fullmatch", "search", "find"})
DEEPEST = 2
LONGEST_CHAIN = 3
# Parts of a request's context: one of them is there or not, whatever the client sends.
OF_CONTEXTS = frozenset({"http", "elb", "httpMethod", "apiId", "stage", "resourcePath", "domainName"})


class EventTests:
    """The tests of one function.

    Args:
        module: its module.
        inner: its scope.
        event: its parameter that holds the event.
        only_reads: whether an expression changes nothing.
        depth: how far below the handler it is called.
    """

    def __init__(
        self, module: Module, inner: Scope, event: str, only_reads: Callable[[ast.AST], bool], depth: int = 0
    ) -> None:
        self.module = module
        self.inner = inner
        self.event = event
        self.only_reads = only_reads
        self.depth = depth
        self._of_event: set[str] | None = None

    def asks_for(self, test: ast.expr) -> str:
        """Return which events a test lets in: `requests`, `others`, or "" where it looks at something else."""
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return OPPOSITE.get(self.asks_for(test.operand), "")
        if kind_said(test) and not (isinstance(test, ast.Name) and self.event in self._read_by(test.id)):
            return kind_said(test)
        if any(isinstance(part, ast.Constant) and part.value in OF_WEBSOCKETS for part in ast.walk(test)):
            return "others"
        if not names & self.of_event():
            return self._asks_of_a_kind(test) if names & self._asked_about_the_event() else ""
        return "" if self.looks_at_what_was_sent(test) else self._asks_of_the_event(test)

    def of_event(self) -> set[str]:
        """Return the names that stand for the event, or parts of it."""
        if self._of_event is None:
            names = self._of_event = {self.event}
            for statement, scope in self.module.of(ast.Assign):
                read = {part.id for part in ast.walk(statement.value) if isinstance(part, ast.Name)}
                if scope is self.inner and names & read and self.only_reads(statement.value):
                    names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        return self._of_event

    def of_a_request(self, node: ast.AST, depth: int = LONGEST_CHAIN) -> bool:
        """Return whether parts of a request are looked at, also by names that these were given before."""
        return self._looks_for(OF_REQUESTS, node, depth)

    def _looks_for(self, words: Collection[object], node: ast.AST, depth: int = LONGEST_CHAIN) -> bool:
        parts = list(ast.walk(node))
        if any(isinstance(part, ast.Constant) and part.value in words for part in parts):
            return True
        names = {part.id for part in parts if isinstance(part, ast.Name)} - {self.event} if depth else set()
        return any(self._looks_for(words, value, depth - 1) for name in names for value in self._set_to(name))

    def looks_at_what_was_sent(self, test: ast.expr) -> bool:
        """Return whether a test goes by what a function of the module has made of a request's headers or body."""
        values: list[ast.AST] = [test]
        for part in ast.walk(test):
            if isinstance(part, ast.Name):
                values += [value for value, _ in self.inner.assigned.get(part.id, ()) if value is not None]
        called = {name for value in values for name in called_names(value)}
        return any(self._reads_what_was_sent(name) for name in called)

    def _read_by(self, name: str) -> set[str]:
        values = [value for value, _ in self.inner.assigned.get(name, ()) if isinstance(value, ast.expr)]
        plain = [value for value in values if not isinstance(value, ast.Call)]
        return {part.id for value in plain for part in ast.walk(value) if isinstance(part, ast.Name)}

    def _asked_about_the_event(self) -> set[str]:
        """Return the names that hold what a function says of the event: `kind = classify(event)`."""
        return {
            name
            for name, values in self.inner.assigned.items()
            for value, _ in values
            if isinstance(value, ast.Call) and self.event in {getattr(each, "id", "") for each in value.args}
        }

    def _asks_of_a_kind(self, test: ast.expr) -> str:
        """Return what a test of such a name lets in: by what that is compared with, or by what was called."""
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            said = {kind_said(side) for side in (test.left, test.comparators[0])} - {""}
            kind = said.pop() if len(said) == 1 else ""
            return OPPOSITE.get(kind, "") if isinstance(test.ops[0], (ast.NotEq, ast.IsNot, ast.NotIn)) else kind
        values = self._set_to(test.id) if isinstance(test, ast.Name) else []
        return kind_said(values[0]) if values and isinstance(values[0], ast.expr) else ""

    def _asks_of_the_event(self, test: ast.expr) -> str:
        """Return what a test of the event lets in, as :meth:`asks_for`."""
        if holds_for_all(test, self.event):
            return "requests"
        if isinstance(test, ast.Name):
            return self._asks_by_name(test)
        if isinstance(test, ast.BoolOp):
            return self._asks_together(test)
        if isinstance(test, ast.Compare):
            return self._compares(test)
        if isinstance(test, ast.Call) and self._asks_a_function(test):
            return self._asks_by_function(test)
        looks = isinstance(test, ast.Call) and (
            last_name(test.func) in LOOKS_AT_TEXT or (last_name(test.func) != "get" and self._looks_for(SENT, test))
        )
        return "others" if not self.of_a_request(test) else "" if looks else "requests"

    def _asks_by_name(self, test: ast.Name) -> str:
        """Return what a name was set to ask, where it was set once: ``is_http = "httpMethod" in event``."""
        values = [value for value, _ in self.inner.assigned.get(test.id, ())]
        asked = values[0] if len(values) == 1 else None
        if not isinstance(asked, ast.expr) or test.id in {e.id for e in ast.walk(asked) if isinstance(e, ast.Name)}:
            return "requests" if self.of_a_request(test) else "others"
        return self.asks_for(asked)

    def _asks_a_function(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Name):
            return call.func.id not in BUILTINS
        return any(isinstance(each, ast.Name) and each.id == self.event for each in call.args)

    def _asks_by_function(self, call: ast.Call) -> str:
        """Return what a function lets in that is asked about the event: by its only answer, or by what it reads."""
        function = self._function(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or not function.args.args or self.depth >= DEEPEST:
            return ""
        parameter = function.args.args[0].arg
        inner = self.module.inside(function)
        below = EventTests(self.module, inner, parameter, self.only_reads, self.depth + 1)
        last = function.body[-1]
        plain = all(isinstance(each, (ast.Expr, ast.Assign, ast.Return)) for each in function.body)
        if plain and isinstance(last, ast.Return) and last.value is not None:
            return below.asks_for(last.value)
        words = {part.value for part in ast.walk(function) if isinstance(part, ast.Constant)}
        if words & OF_REQUESTS:
            return "" if words & (OF_OTHER_EVENTS | SENT) else "requests"
        return "others" if words & OF_OTHER_EVENTS else ""

    def _function(self, name: str) -> ast.FunctionDef | None:
        values = [value for value, _ in self.module.root.assigned.get(name, ())]
        return values[0] if len(values) == 1 and isinstance(values[0], ast.FunctionDef) else None

    def _asks_together(self, test: ast.BoolOp) -> str:
        telling = [each for each in test.values if not holds_for_all(each, self.event)]
        asked = [self.asks_for(each) for each in telling or test.values]
        if len(set(asked)) == 1:
            return asked[0]
        telling_all = "requests" if isinstance(test.op, ast.Or) else "others"
        return telling_all if telling_all in asked else ""

    def _compares(self, test: ast.Compare) -> str:
        operator, left = test.ops[0], test.left
        if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant):
            plain = not isinstance(test.comparators[0], (ast.Call, ast.Subscript)) and left.value in OF_REQUESTS
            if plain or (left.value in OF_CONTEXTS and self.of_a_request(test.comparators[0])):
                return "requests" if isinstance(operator, ast.In) else "others"
        return "" if self.of_a_request(test) else "others"

    def _reads_what_was_sent(self, name: str, depth: int = DEEPEST) -> bool:
        bodies = [value for value, _ in self.module.root.assigned.get(name, ()) if isinstance(value, ast.FunctionDef)]
        parts = [part for body in bodies for part in ast.walk(body)]
        if any(isinstance(part, ast.Constant) and part.value in SENT for part in parts):
            return True
        called = {each for body in bodies for each in called_names(body)} - {name} if depth else set()
        return any(self._reads_what_was_sent(each, depth - 1) for each in called)

    def _set_to(self, name: str) -> list[ast.AST]:
        """Return what a name of the handler is set to, and the functions of the module that this is made with."""
        values: list[ast.AST] = [value for value, _ in self.inner.assigned.get(name, ()) if value is not None]
        called = [each for value in values for each in called_names(value)]
        made = [value for each in called for value, _ in self.module.root.assigned.get(each, ())]
        return values + [each for each in made if isinstance(each, ast.FunctionDef)]


def called_names(node: ast.AST) -> Iterator[str]:
    """Yield the plain names that are called in a piece of code."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id
