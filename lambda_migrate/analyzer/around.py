"""Which statements of a handler an HTTP request passes, before and after the adapter is called."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lambda_migrate.analyzer.branches import (
    catches_what_it_raises,
    changes_nothing,
    is_done_without,
    only_tells_kinds,
)
from lambda_migrate.analyzer.event_tests import EventTests
from lambda_migrate.analyzer.evidence import CHANGES, LOGGERS, Evidence, of_unseen, of_value
from lambda_migrate.analyzer.harmless_calls import READS
from lambda_migrate.analyzer.refusals import of_exit
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.scopes import Scope

DEEPEST = 2
HARMLESS = (
    ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip
ENDS = (ast.Return, ast.Raise)
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp)
# Calls around that of the adapter which only wait for it, or hand on what it returns.
WAITS = frozenset({"run", "run_until_complete", "cast", "dict"})


@dataclass(frozen=True, slots=True)
class Work:
    """A statement, or an expression, that requests pass on their way to the adapter or back.

    Attributes:
        node: the statement or expression.
        when: where it is, seen from the adapter's call.
        evidence: how sure it is that something is lost without it.
    """

    node: ast.stmt | ast.expr
    when: Literal["before", "around", "after"]
    evidence: Evidence


def passed_by_requests(module: Module, function: Function, call: ast.Call, event: str) -> Iterator[Work]:
    """Return what requests pass in a handler beside the call of the adapter.

    Args:
        module: the handler's.
        function: the handler.
        call: the adapter's call.
        event: name of the parameter that holds the event.
    """
    yield from (work for work in _Walk(module, function, call, event).through(function.body) if work.evidence)


class _Walk:
    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        self.module = module
        self.call = call
        self.event = event
        self.depth = 0
        self.caught = 0
        self.inner = module.inside(function)
        self.made = {name for made in _made_of(call.func, self.inner) for name in made}
        self.tests = EventTests(module, self.inner, event, self._only_reads)
        self.handed = getattr(call.args[0], "id", "") if call.args else ""
        self.kept = self.inner.global_names
        self.kinds: tuple[tuple[Any, Callable[[Any], Evidence]], ...] = (
            (ast.If, self._of_branches),
            ((ast.Try, ast.For, ast.While), self._in_turn),
            ((ast.With, ast.AsyncWith), self._of_block),
            ((ast.Assign, ast.AnnAssign), self._of_assignment),
            (ast.AugAssign, self._of_sum),
            (ast.Expr, self._of_expression),
            (ast.Return, self._of_return),
            ((ast.Match, ast.Assert), lambda _: Evidence.UNSURE),
        )
        self.functions: dict[tuple[str, int, bool], Evidence] = {}

    def through(self, body: Sequence[ast.stmt]) -> Iterator[Work]:
        """Yield the work in a block that holds the call somewhere, harmless statements too."""
        at = next((number for number, statement in enumerate(body) if self._holds(statement)), None)
        if at is None:
            return
        yield from (Work(each, "before", self._evidence(each)) for each in body[:at])
        yield from self._inside(body[at])
        if not self._ends(body[at]):
            yield from (Work(each, "after", self._evidence(each)) for each in body[at + 1 :])

    def _inside(self, statement: ast.stmt) -> Iterator[Work]:
        if isinstance(statement, ast.If):
            if not self._holds(statement.test):
                yield from self._chosen_by(statement)
                yield from self.through(statement.body if self._held_in(statement.body) else statement.orelse)
        elif isinstance(statement, ast.Try):
            held = next((each for each in statement.handlers if self._held_in(each.body)), None)
            yield from self.through(held.body if held else statement.body or statement.finalbody)
            yield from (Work(each, "after", self._evidence(each)) for each in statement.finalbody)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                if not self._holds(item.context_expr):
                    yield Work(item.context_expr, "around", self._of_context(item.context_expr))
            yield from self.through(statement.body)
        elif isinstance(statement, ast.Match):
            yield from self.through(next((case.body for case in statement.cases if self._held_in(case.body)), []))
        else:
            yield from self._in_the_call(statement)

    def _chosen_by(self, branch: ast.If) -> Iterator[Work]:
        """Yield a test of the request that lets only some reach the adapter: others are answered elsewhere."""
        test = branch.test
        if not self.tests.asks_for(test) and self.tests.of_a_request(test) and self.event in self._behind(test):
            yield Work(test, "before", Evidence.SURE)

    def _behind(self, test: ast.expr) -> set[str]:
        """Return the names in a test, and those in what these are set to."""
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        values = [value for name in names for value, _ in self.inner.assigned.get(name, ()) if value is not None]
        return names | {part.id for value in values for part in ast.walk(value) if isinstance(part, ast.Name)}

    def _in_the_call(self, statement: ast.stmt) -> Iterator[Work]:
        """Yield what is done to the event in the call itself, and to what that returns in the same statement."""
        given = self.call.args[0] if self.call.args else None
        if given is not None and (self._is_changed(given) or not self._only_reads(given)):
            yield Work(given, "before", Evidence.SURE)
        around = [part for part in ast.walk(statement) if isinstance(part, ast.Call) and part is not self.call]
        for outer in around:
            if any(self._holds(each) for each in outer.args) and last_name(outer.func) not in WAITS | READS:
                yield Work(outer, "after", self._of_call(outer))

    def _is_changed(self, given: ast.expr) -> bool:
        """Return whether an event is made of another in place: `{**event, "path": path}`."""
        return isinstance(given, ast.BinOp) or (isinstance(given, ast.Dict) and any(given.keys) and None in given.keys)

    def _of_context(self, expression: ast.expr) -> Evidence:
        if last_name(getattr(expression, "func", expression)) == "suppress":
            return Evidence.NONE
        return of_unseen(self.module, expression) if isinstance(expression, ast.Call) else Evidence.SURE

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

    def _evidence(self, statement: ast.stmt) -> Evidence:
        """Return what speaks for a statement doing something that a request would miss."""
        if isinstance(statement, HARMLESS) or self._changes_nothing(statement):
            return Evidence.NONE
        return next((of(statement) for kinds, of in self.kinds if isinstance(statement, kinds)), Evidence.SURE)

    def _most(self, body: Iterable[ast.stmt]) -> Evidence:
        return max((self._evidence(each) for each in body), default=Evidence.NONE)

    def _changes_nothing(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Raise):
            return self.caught > 0
        return not self.depth and changes_nothing(statement, self.inner)

    def _in_turn(self, statement: ast.Try | ast.For | ast.While) -> Evidence:
        """Return what happens in a `try` or a loop; what a helper raises and catches itself is nothing."""
        catches = self.depth > 0 and isinstance(statement, ast.Try) and catches_what_it_raises(statement)
        self.caught += catches
        most = self._most(statement.body)
        self.caught -= catches
        return max(most, self._most(statement.finalbody if isinstance(statement, ast.Try) else statement.orelse))

    def _of_block(self, statement: ast.With | ast.AsyncWith) -> Evidence:
        around = [self._of_context(item.context_expr) for item in statement.items]
        return max(*around, self._most(statement.body))

    def _of_sum(self, statement: ast.AugAssign) -> Evidence:
        return of_value(self.module, statement.value) if isinstance(statement.target, ast.Name) else Evidence.SURE

    def _of_expression(self, statement: ast.Expr) -> Evidence:
        value = statement.value
        if isinstance(value, ast.Constant) or self._only_reads(value):
            return Evidence.NONE
        return self._of_call(value) if isinstance(value, ast.Call) else Evidence.SURE

    def _of_call(self, call: ast.Call) -> Evidence:
        """Return what speaks for a call doing something, by what is in its function where that is seen."""
        name = last_name(call.func)
        if isinstance(call.func, ast.Name):
            seen = self._in_function(name)
            if seen is not None:
                return seen
        if isinstance(call.func, ast.Attribute) and self._is_of_the_handler(call.func.value, name):
            return Evidence.NONE
        return Evidence.NONE if name == "set_event_loop" else of_unseen(self.module, call)

    def _is_of_the_handler(self, node: ast.expr, method: str) -> bool:
        """Return whether something is made in the handler for its adapter, or for the log: `extra.update(…)`."""
        if not isinstance(node, ast.Name) or node.id not in self.inner.assigned or node.id == self.event:
            return False
        return node.id in self.made or (method in CHANGES and self._is_own_collection(node.id))

    def _is_own_collection(self, name: str) -> bool:
        values = [value for value, _ in self.inner.assigned.get(name, ())]
        made = bool(values) and all(isinstance(value, DISPLAYS) for value in values)
        return made and name not in {self.handed, self.event} and name not in self.kept

    def _of_assignment(self, statement: ast.Assign | ast.AnnAssign) -> Evidence:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        value = statement.value
        if value is None or all(isinstance(target, ast.Name) and target.id in self.made for target in targets):
            return Evidence.NONE  # the application and its adapter are made here
        if self._classifies(targets, value) or all(_is_logger(target) for target in targets):
            return Evidence.NONE
        if not all(self._is_own(target) for target in targets):
            return Evidence.SURE
        if self._only_reads(value) and not self._is_handed_on(targets, value):
            return Evidence.NONE
        if self._is_handed_on(targets, value) or any(getattr(target, "id", "") in self.kept for target in targets):
            return Evidence.SURE
        seen = self._in_function(last_name(value.func)) if isinstance(value, ast.Call) else None
        return of_value(self.module, value) if seen is None else seen

    def _is_own(self, target: ast.expr) -> bool:
        """Return whether a target is of no use outside of the handler."""
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            return self._is_own_collection(target.value.id)
        return isinstance(target, (ast.Name, ast.Tuple)) or _is_waiting(target)

    def _is_handed_on(self, targets: Sequence[ast.expr], value: ast.expr) -> bool:
        """Return whether the adapter gets what is made here of an event, or the caller what is made of the answer."""
        names = {getattr(target, "id", "") for target in targets}
        if self.handed in names:
            return self._is_changed(value) or not self._only_reads(value)
        answers = {name for name, values in self.inner.assigned.items() for each, _ in values if each is self.call}
        return bool(names & answers) and not self._only_reads(value)

    def _classifies(self, targets: Sequence[ast.expr], value: ast.expr | None) -> bool:
        """Return whether a function elsewhere is asked what kind of event this is, and for nothing else."""
        target = targets[0]
        asked = isinstance(value, ast.Call) and [getattr(each, "id", "") for each in value.args] == [self.event]
        return asked and isinstance(target, ast.Name) and only_tells_kinds(target.id, self.inner.node)

    def _of_branches(self, statement: ast.If) -> Evidence:
        if {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)} <= self.made:
            return Evidence.NONE  # whether there is an adapter at all
        if not self.depth and (is_done_without(self.module, statement, self.event) or self._sets_up(statement)):
            return Evidence.NONE
        asked = self.tests.asks_for(statement.test)
        passed = [*(statement.body if asked != "others" else ()), *(statement.orelse if asked != "requests" else ())]
        if self.depth or asked == "others":
            return self._most(passed)
        ends = [each for each in passed if isinstance(each, ENDS)]
        refused = [of_exit(self.module, self.tests, statement.test, each, asked) for each in ends]
        return max([*refused, self._most(each for each in passed if each not in ends)], default=Evidence.NONE)

    def _sets_up(self, statement: ast.If) -> bool:
        """Return whether each branch sets what the adapter is made with, or refuses a setting of the deployment."""
        if {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)} & self.tests.of_event():
            return False
        parts = [each for each in (*statement.body, *statement.orelse) if not isinstance(each, ast.Raise)]
        return bool(parts) and all(
            self._sets_up(each) if isinstance(each, ast.If) else self._is_set_for_the_adapter(each) for each in parts
        )

    def _is_set_for_the_adapter(self, statement: ast.stmt) -> bool:
        if not isinstance(statement, ast.Assign) or self._of_assignment(statement):
            return False
        return {getattr(target, "id", "") for target in statement.targets} <= self.made

    def _only_reads(self, node: ast.AST) -> bool:
        calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
        return not isinstance(node, ast.NamedExpr) and all(self._reads(call) for call in calls)

    def _reads(self, call: ast.Call) -> bool:
        own = isinstance(call.func, ast.Name) and self._in_function(call.func.id) is Evidence.NONE
        return own or last_name(call.func) in READS

    def _in_function(self, name: str) -> Evidence | None:
        """Return what a function of the module does, None where it is not one, or too deep to be looked at."""
        values = [value for value, _ in self.module.root.assigned.get(name, ())]
        if len(values) != 1 or not isinstance(values[0], ast.FunctionDef) or self.depth >= DEEPEST:
            return None
        asked = (name, self.depth, self.caught > 0)
        if asked not in self.functions:
            outer, self.kept = self.kept, self.module.inside(values[0]).global_names
            self.depth += 1
            self.functions[asked] = self._most(values[0].body)
            self.depth -= 1
            self.kept = outer
        return self.functions[asked]

    def _of_return(self, statement: ast.Return) -> Evidence:
        """Return what happens in a `return`: in a function that is called, reading is nothing."""
        value = statement.value
        plain = value is None or (self._only_reads(value) if self.depth else isinstance(value, ast.Name))
        return Evidence.NONE if plain else Evidence.SURE


def _is_waiting(target: ast.expr) -> bool:
    """Return whether `context.callback_waits_for_empty_event_loop` is set, which only Lambda asks for."""
    return (
        isinstance(target, ast.Attribute) and target.attr.lower().replace("_", "") == "callbackwaitsforemptyeventloop"
    )


def _is_logger(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and LOGGERS.search(target.attr) is not None


def _made_of(node: ast.AST, scope: Scope, depth: int = 4) -> Iterator[set[str]]:
    """Yield the names that an adapter is made of in a function: its own, its application's, and what these are from."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    yield names
    for name in names if depth else ():
        for value, where in scope.assigned.get(name, ()):
            if value is not None and where is scope and isinstance(value, ast.Call):
                yield from _made_of(value, scope, depth - 1)
