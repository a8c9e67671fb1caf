"""Whether what a handler does around its adapter provably changes what its callers or the application get.

What does something, and proves nothing of that kind, is told as well: as a warning.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.evidence import Evidence, of_name
from lambda_migrate.analyzer.handler_shapes import is_changed
from lambda_migrate.analyzer.handler_statements import HandlerStatements
from lambda_migrate.analyzer.refusals import GATES
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.scopes import Scope

# Parts of an event by which a server routes and answers.
ROUTED_BY = frozenset(
    {
        "path", "rawPath", "rawQueryString", "queryStringParameters", "multiValueQueryStringParameters", "body",
        "httpMethod", "method", "cookies",
    }
)  # fmt: skip
# The stage is API Gateway's: a service's paths begin without it.
STAGE = re.compile(r"stage|['\"]/prod/?['\"]", re.IGNORECASE)
# Branches that production does not take, or that are about Lambda's environments.
OF_A_LAPTOP = re.compile(r"debug|verbose|stage|mock|localhost|is_?local|cold_?start|warm", re.IGNORECASE)
# What the application needs before it can answer.
STARTS = re.compile(
    r"^_*(init|initiali[sz]e|load|reload|ensure|connect|open|setup|set_up|configure|prepare|bootstrap|refresh|hydrate"
    r"|migrate|run_migrations?|create_(all|tables|db)|download|restore|start|inject|seed|warm_?up)(_|$)",
    re.IGNORECASE,
)
# What an application works with, so that it fails, or answers otherwise, where nobody has made it ready.
OF_APPLICATIONS = re.compile(
    r"db|database|table|schema|migrat|secret|credential|config|setting|env|param|service|runtime|initiali[sz]|ready|app"
    r"|cache|catalog|model|index|connect|pool|mongo|redis|postgres|session|client|data|state|bucket|s3|resource",
    re.IGNORECASE,
)
# What a request has put in, and is sent once it is answered; a bare `flush()` may be of the log.
SENDS = re.compile(
    r"^_*(publish|send|dispatch|commit|upload|save|persist|store|push|write|enqueue|deliver|notify|archive|drain)(_|$)"
    r"|^_*(flush|sync|put|emit)_",
    re.IGNORECASE,
)
# Calls that end in an exception for who may not come in.
CHECKS = re.compile(
    r"^_*(check|require|verify|validate|authenticate|authorize|authorise|enforce|assert|guard)", re.IGNORECASE
)
REWRITES = re.compile(r"path|prefix|strip|rewrite|route|(^|_)url(_|$)", re.IGNORECASE)
# What only the log, or whoever watches, is told.
TOLD = re.compile(
    r"log|trac(e|ing)|metric|request_?id|correlation|loop|sentry|context|span|otel|telemetr|observ|langfuse|monitor"
    r"|instrument|profil|analytic|heartbeat|audit",
    re.IGNORECASE,
)
# A server's paths begin with a slash, whoever asks.
BEGINS_WITH_A_SLASH = re.compile(r"startswith\(['\"]/['\"]\)")
CHANGES = frozenset({"update", "setdefault", "append", "extend", "pop", "insert", "add", "remove"})
ENDS = (ast.Return, ast.Raise)
CUTS = frozenset({"replace", "removeprefix", "removesuffix", "sub", "lower", "upper", "split", "partition", "join"})
DEEPEST = 2


class Consequences(HandlerStatements):
    """What the statements of one handler change."""

    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        super().__init__(module, function, call, event)
        self.answers = self._named_after(call)

    def proven(self, node: ast.stmt | ast.expr, *, after: bool) -> bool:
        """Return whether a statement or expression refuses requests, or changes what is asked, answered or sent.

        Args:
            node: what requests pass in the handler.
            after: whether they pass it once the adapter has answered.
        """
        if isinstance(node, ast.expr) and not isinstance(node, ast.Call):
            return self._rewrites(node) if isinstance(node, (ast.Dict, ast.BinOp)) else not _is_of_a_laptop(node)
        if isinstance(node, ast.Call) and after:
            return not TOLD.search(last_name(node.func))
        if self._refuses(node) or any(self._changes_the_answer(part) for part in ast.walk(node)):
            return True
        if self._rewrites(node):
            return True
        return any(self._acts(part, after=after) or self._hands_over(part) for part in self._parts(node))

    def _parts(self, node: ast.AST, depth: int = DEEPEST) -> Iterator[ast.AST]:
        """Yield the parts of a statement, and those of the module's functions that are called in it."""
        for part in ast.walk(node):
            yield part
            if depth and isinstance(part, ast.Call):
                for called in self._called(part):
                    yield from self._parts(called, depth - 1)

    def _called(self, call: ast.Call) -> list[ast.AST]:
        values = self.module.root.assigned.get(getattr(call.func, "id", ""), ())
        return [value for value, _ in values if isinstance(value, (ast.FunctionDef, ast.AsyncFunctionDef))]

    def _named_after(self, call: ast.Call) -> set[str]:
        """Return the names that stand for the answer, or for parts of it."""
        names: set[str] = set()
        assigned = [each for each in ast.walk(self.function) if isinstance(each, ast.Assign)]
        for _ in range(DEEPEST):
            for each in assigned:
                parts = list(ast.walk(each.value))
                read = {part.id for part in parts if isinstance(part, ast.Name)}
                made = each.value if isinstance(each.value, ast.BoolOp) else None
                held = isinstance(each.value, ast.Subscript) or (made is not None) or _gets(each.value)
                if any(part is call for part in parts) or (held and read & names):
                    names |= {target.id for target in each.targets if isinstance(target, ast.Name)}
        return names

    def _refuses(self, node: ast.AST) -> bool:
        """Return whether a branch ends the handler with an answer or exception of its own, here or in a function."""
        for part in ast.walk(node):
            if isinstance(part, ast.If) and any(_ends(each) for each in (*part.body, *part.orelse)):
                return not (_is_of_a_laptop(part.test) or self._is_of_another_event(part.test))
            if isinstance(part, ast.Call) and any(_raises(each) for each in self._called(part)):
                return True
            if isinstance(part, ast.Call) and self._is_given_the_event(part) and CHECKS.search(last_name(part.func)):
                return GATES.search(last_name(part.func)) is not None
        return False

    def _is_of_another_event(self, test: ast.expr) -> bool:
        """Return whether a test goes by the client's context, which only other callers than HTTP clients send."""
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        values = [value for name in names for value, _ in self.inner.assigned.get(name, ()) if value is not None]
        return any("client_context" in ast.unparse(each) for each in (test, *values))

    def _is_given_the_event(self, call: ast.Call) -> bool:
        return any(
            isinstance(part, ast.Name) and part.id == self.event for each in call.args for part in ast.walk(each)
        )

    def _changes_the_answer(self, part: ast.AST) -> bool:
        if isinstance(part, (ast.Assign, ast.AugAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            if any(not isinstance(target, ast.Name) and _root(target) in self.answers for target in targets):
                return True
            made = any(getattr(target, "id", "") in self.answers for target in targets)
            return made and isinstance(part.value, ast.Call) and self._takes_the_answer(part.value)
        if isinstance(part, ast.Return):
            return isinstance(part.value, ast.Call) and self._takes_the_answer(part.value)
        if not isinstance(part, ast.Call) or not isinstance(part.func, ast.Attribute):
            return False
        return part.func.attr in CHANGES and _root(part.func.value) in self.answers

    def _takes_the_answer(self, call: ast.Call) -> bool:
        return any(getattr(each, "id", "") in self.answers for each in call.args) and not TOLD.search(
            last_name(call.func)
        )

    def _rewrites(self, node: ast.AST) -> bool:
        """Return whether a part by which requests are routed becomes another one, whatever the stage."""
        parts = list(self._parts(node))
        if isinstance(node, ast.If) and BEGINS_WITH_A_SLASH.search(ast.unparse(node.test)):
            return False
        if STAGE.search(" ".join([ast.unparse(node), *(ast.unparse(each) for each in parts if _is_function(each))])):
            return False
        return any(self._sets_a_part(part) or self._is_made_anew(part) for part in parts)

    def _sets_a_part(self, part: ast.AST) -> bool:
        if isinstance(part, ast.Dict):
            keys = {key.value for key in part.keys if isinstance(key, ast.Constant)}
            return is_changed(part) and bool(keys & ROUTED_BY)
        if not isinstance(part, (ast.Assign, ast.AugAssign)):
            return False
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        for target in targets:
            if isinstance(target, ast.Subscript) and _root(target) not in self.answers:
                key = target.slice.value if isinstance(target.slice, ast.Constant) else None
                named = key in ROUTED_BY or (isinstance(target.slice, ast.Name) and _root(target) == self.event)
                if named and self._is_another_text(part.value):
                    return True
        return False

    def _is_another_text(self, value: ast.expr, depth: int = DEEPEST) -> bool:
        """Return whether a text is cut, put together or written out, and not another part of the event."""
        for part in ast.walk(value):
            if isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and _is_a_path(part.value)):
                return True
            if isinstance(part, ast.Call) and (last_name(part.func) in CUTS or REWRITES.search(last_name(part.func))):
                return True
        names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)} - {self.event} if depth else set()
        given = [each for name in names for each, _ in self.inner.assigned.get(name, ()) if isinstance(each, ast.expr)]
        return any(self._is_another_text(each, depth - 1) for each in given)

    def _is_made_anew(self, part: ast.AST) -> bool:
        """Return whether a function elsewhere is given the event for its path: `event = strip_prefix(event)`."""
        call = part.value if isinstance(part, (ast.Assign, ast.Expr)) else None
        if not isinstance(call, ast.Call) or self._called(call) or not REWRITES.search(last_name(call.func)):
            return False
        return [getattr(each, "id", "") for each in call.args[:1]] == [self.event]

    def _acts(self, part: ast.AST, *, after: bool) -> bool:
        """Return whether something is made ready, or sent on, that nothing else of the service does."""
        if not isinstance(part, ast.Call):
            return False
        name = last_name(part.func)
        starts = STARTS.search(name) and (OF_APPLICATIONS.search(name) or self._called(part))
        known = starts or (after and SENDS.search(name))
        if not known or TOLD.search(name) or of_name(self.module, part.func) is not Evidence.SURE:
            return False
        return not any(self._runs_at_start(scope) for _, scope in self.module.calls(name))

    def _runs_at_start(self, scope: Scope) -> bool:
        """Return whether a scope is run by a server that starts: the module itself, or start-up code."""
        node = scope.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return scope is self.module.root
        return any(_is_start_up(ast.unparse(each)) for each in node.decorator_list) or "lifespan" in node.name

    def _hands_over(self, part: ast.AST) -> bool:
        """Return whether something is put where other code of the module reads it."""
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            variable = part.func.value
            return part.func.attr == "set" and not TOLD.search(last_name(variable)) and self._is_got(variable)
        return isinstance(part, ast.Assign) and any(self._is_read_elsewhere(target) for target in part.targets)

    def _is_got(self, variable: ast.expr) -> bool:
        gets = (call for call, scope in self.module.calls("get") if scope is not self.inner)
        return any(_is_method_of(call.func, variable) for call in gets)

    def _is_read_elsewhere(self, target: ast.expr) -> bool:
        if isinstance(target, ast.Attribute):
            reads = self.module.attributes(target.attr)
            return any(isinstance(each.ctx, ast.Load) and scope is not self.inner for each, scope in reads)
        if (
            isinstance(target, ast.Subscript)
            and isinstance(target.slice, ast.Constant)
            and "environ" in ast.unparse(target)
        ):
            key = target.slice.value
            return any(each.value == key and scope is not self.inner for each, scope in self.module.strings)
        return False


def _is_a_path(text: object) -> bool:
    return isinstance(text, str) and text.startswith("/") and len(text) > 1


def _gets(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == "get"


def _ends(statement: ast.stmt) -> bool:
    return not _is_function(statement) and any(isinstance(part, ENDS) for part in ast.walk(statement))


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _raises(function: ast.AST) -> bool:
    """Return whether a function raises something of its own behind a test."""
    tests = (part for part in ast.walk(function) if isinstance(part, ast.If))
    return any(isinstance(each, ast.Raise) and each.exc is not None for test in tests for each in test.body)


def _is_of_a_laptop(test: ast.expr) -> bool:
    return OF_A_LAPTOP.search(ast.unparse(test)) is not None


def _is_start_up(decorator: str) -> bool:
    return "startup" in decorator or "asynccontextmanager" in decorator


def _is_method_of(method: ast.expr, variable: ast.expr) -> bool:
    return isinstance(method, ast.Attribute) and last_name(method.value) == last_name(variable)


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
