"""What each statement of a handler does that requests would miss if they did not pass through it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from lambda_migrate.analyzer.adapters import KINDS
from lambda_migrate.analyzer.branches import (
    catches_what_it_raises,
    changes_nothing,
    is_done_without,
    only_tells_kinds,
)
from lambda_migrate.analyzer.event_parts import OF_EVERY_REQUEST, OF_REQUESTS, fills_in_parts
from lambda_migrate.analyzer.event_tests import EventTests
from lambda_migrate.analyzer.evidence import CHANGES, LOGS, Evidence, of_unseen, of_value, reads
from lambda_migrate.analyzer.handler_shapes import (
    asks_by_key,
    is_changed,
    is_logger,
    is_own_flag,
    is_reset,
    is_waiting,
    made_of,
    starts_the_application,
)
from lambda_migrate.analyzer.handler_statements import HandlerStatements
from lambda_migrate.analyzer.refusals import of_exit
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function

DEEPEST = 2
HARMLESS = (
    ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip
# Parts by which an adapter tells events apart, and which no application sees.
UNREAD = frozenset({"version", "routeKey", "resource", "isBase64Encoded", "stageVariables"})
# Questions whether an answer is one, or still has to be waited for.
AWAITED = frozenset({"iscoroutine", "isawaitable", "iscoroutinefunction"})
MAKERS = frozenset(kind.rpartition(".")[2] for kind in KINDS)
ENDS = (ast.Return, ast.Raise)
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp)


class Effects(HandlerStatements):
    """What the statements of one handler do, and whether that is needed."""

    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        super().__init__(module, function, call, event)
        self.name = function.name
        self.depth = 0
        self.caught = 0
        self.made = {name for made in made_of(call.func, self.inner) for name in made}
        self.tests = EventTests(module, self.inner, event, self.only_reads)
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

    def of(self, statement: ast.stmt) -> Evidence:
        """Return the evidence that a statement does something that a request would miss."""
        if isinstance(statement, HARMLESS) or self._changes_nothing(statement):
            return Evidence.NONE
        return next((of(statement) for kinds, of in self.kinds if isinstance(statement, kinds)), Evidence.SURE)

    def _most(self, body: Iterable[ast.stmt]) -> Evidence:
        return max((self.of(each) for each in body), default=Evidence.NONE)

    def _changes_nothing(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Raise):
            return self.caught > 0
        return not self.depth and changes_nothing(statement, self.inner)

    def _in_turn(self, statement: ast.Try | ast.For | ast.While) -> Evidence:
        """Return what happens in a `try` or a loop; what a helper raises and catches itself is nothing."""
        if isinstance(statement, ast.For) and asks_by_key(statement, self.event):
            return Evidence.UNSURE
        catches = self.depth > 0 and isinstance(statement, ast.Try) and catches_what_it_raises(statement)
        self.caught += catches
        most = self._most(statement.body)
        self.caught -= catches
        return max(most, self._most(statement.finalbody if isinstance(statement, ast.Try) else statement.orelse))

    def _of_block(self, statement: ast.With | ast.AsyncWith) -> Evidence:
        around = [self.of_context(item.context_expr) for item in statement.items]
        return max(*around, self._most(statement.body))

    def _of_sum(self, statement: ast.AugAssign) -> Evidence:
        return of_value(self.module, statement.value) if isinstance(statement.target, ast.Name) else Evidence.SURE

    def _of_expression(self, statement: ast.Expr) -> Evidence:
        value = statement.value
        if isinstance(value, ast.Constant) or self.only_reads(value):
            return Evidence.NONE
        return self.of_call(value) if isinstance(value, ast.Call) else Evidence.SURE

    def of_call(self, call: ast.Call) -> Evidence:
        """Return the evidence that a call does something, from its function's body if that can be seen."""
        name = last_name(call.func)
        if LOGS.search(name) or starts_the_application(call):
            return Evidence.NONE
        if isinstance(call.func, ast.Name):
            seen = self._in_function(name)
            if seen is not None:
                return seen
        if isinstance(call.func, ast.Attribute) and self._is_of_the_handler(call.func.value, name):
            return Evidence.NONE
        return Evidence.NONE if name in {"set_event_loop", "set_event_loop_policy"} else of_unseen(self.module, call)

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
        if value is None or self._classifies(targets, value):
            return Evidence.NONE
        if all(self._is_without_use(each, value) for each in targets):
            return Evidence.NONE
        if not all(self._is_own(target) for target in targets):
            unsure = all(self._is_an_own_part(target) or is_reset(target, value) for target in targets)
            return Evidence.UNSURE if unsure else Evidence.SURE
        handed = self._is_handed_on(targets, value) or (self.depth > 0 and is_changed(value, self.tests.event))
        if self.only_reads(value) and not handed:
            return Evidence.NONE
        if handed or any(getattr(target, "id", "") in self.kept for target in targets):
            return Evidence.SURE
        seen = self._in_function(last_name(value.func)) if isinstance(value, ast.Call) else None
        return of_value(self.module, value) if seen is None else seen

    def _is_without_use(self, target: ast.expr, value: ast.expr) -> bool:
        """Return whether a service has what is set here anyway, or nothing reads it there."""
        named = is_logger(target) or is_own_flag(target, value, self.name)
        return named or self._is_made(target) or self._is_as_sent(target, value)

    def _is_made(self, target: ast.expr) -> bool:
        """Return whether the application and its adapter are made here."""
        return isinstance(target, ast.Name) and target.id in self.made

    def _is_own(self, target: ast.expr) -> bool:
        """Return whether a target is of no use outside of the handler."""
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            return self._is_own_collection(target.value.id)
        return isinstance(target, (ast.Name, ast.Tuple)) or is_waiting(target)

    def _is_an_own_part(self, target: ast.expr) -> bool:
        """Return whether a part is added to the event that no adapter reads, only code that looks at the event."""
        if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
            return False
        of_event = getattr(target.value, "id", "") == self.event
        return of_event and target.slice.value not in OF_REQUESTS | OF_EVERY_REQUEST

    def _is_as_sent(self, target: ast.expr, value: ast.expr) -> bool:
        """Return whether a part of the event is set to what a server reads: the raw path, headers in lower case."""
        if not isinstance(target, ast.Subscript) or not isinstance(target.slice, ast.Constant):
            return False
        part = target.slice.value
        values = [each for each, _ in self.inner.assigned.get(getattr(value, "id", ""), ())] or [value]
        if part == "headers":
            return any(isinstance(each, ast.DictComp) and "lower()" in ast.unparse(each.key) for each in values)
        words = [{part.value for part in ast.walk(each) if isinstance(part, ast.Constant)} for each in values if each]
        return part in UNREAD or (part == "path" and all(each == {"rawPath"} for each in words))

    def _is_handed_on(self, targets: Sequence[ast.expr], value: ast.expr) -> bool:
        """Return whether the adapter gets what is made here of an event, or the caller what is made of the answer."""
        names = {getattr(target, "id", "") for target in targets}
        if self.handed in names:
            return is_changed(value) or not self.only_reads(value)
        answers = {name for name, values in self.inner.assigned.items() for each, _ in values if each is self.call}
        return bool(names & answers) and not self.only_reads(value)

    def _classifies(self, targets: Sequence[ast.expr], value: ast.expr | None) -> bool:
        """Return whether a function elsewhere is asked what kind of event this is, and for nothing else."""
        target = targets[0]
        asked = isinstance(value, ast.Call) and [getattr(each, "id", "") for each in value.args] == [self.event]
        return asked and isinstance(target, ast.Name) and only_tells_kinds(target.id, self.inner.node)

    def _of_branches(self, statement: ast.If) -> Evidence:
        names = {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)}
        if names <= self.made or (names and all(self._is_adapter(name) for name in names)):
            return Evidence.NONE  # whether there is an adapter at all
        if any(isinstance(part, ast.Call) and last_name(part.func) in AWAITED for part in ast.walk(statement.test)):
            return Evidence.NONE  # whether an answer has to be waited for
        if not self.depth and (is_done_without(self.module, statement, self.event) or self._sets_up(statement)):
            return Evidence.NONE
        if fills_in_parts(statement):
            return Evidence.NONE
        asked = self.tests.asks_for(statement.test)
        passed = [*(statement.body if asked != "others" else ()), *(statement.orelse if asked != "requests" else ())]
        if self.depth or asked == "others":
            return self._most(passed)
        ends = [each for each in passed if isinstance(each, ENDS)]
        refused = [of_exit(self.module, self.tests, statement.test, each, asked) for each in ends]
        return max([*refused, self._most(each for each in passed if each not in ends)], default=Evidence.NONE)

    def _is_adapter(self, name: str) -> bool:
        """Return whether a name of the module stands for an adapter: another one, for where the first is missing."""
        values = [value for value, where in self.module.root.assigned.get(name, ()) if where is self.module.root]
        return any(isinstance(each, ast.Call) and last_name(each.func) in MAKERS for each in values)

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

    def only_reads(self, node: ast.AST) -> bool:
        """Return whether an expression changes nothing: each call in it is known to read, or to make something."""
        calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
        return not isinstance(node, ast.NamedExpr) and all(self._reads(call) for call in calls)

    def _reads(self, call: ast.Call) -> bool:
        own = isinstance(call.func, ast.Name) and self._in_function(call.func.id) is Evidence.NONE
        return own or reads(call)

    def _in_function(self, name: str) -> Evidence | None:
        """Return what a function of the module does, None where it is not one, or too deep to be looked at."""
        values = [value for value, _ in self.module.root.assigned.get(name, ())]
        if len(values) != 1 or not isinstance(values[0], ast.FunctionDef) or self.depth >= DEEPEST:
            return None
        asked = (name, self.depth, self.caught > 0)
        if asked not in self.functions:
            outer, tests, inner = self.kept, self.tests, self.module.inside(values[0])
            parameters = values[0].args.args
            self.kept = inner.global_names
            self.depth += 1
            if parameters:
                self.tests = EventTests(self.module, inner, parameters[0].arg, self.only_reads, self.depth)
            self.functions[asked] = self._most(values[0].body)
            self.depth -= 1
            self.kept, self.tests = outer, tests
        return self.functions[asked]

    def _of_return(self, statement: ast.Return) -> Evidence:
        """Return what happens in a `return`: in a function that is called, reading is nothing."""
        value = statement.value
        read = (
            self.depth > 0 and value is not None and self.only_reads(value) and not is_changed(value, self.tests.event)
        )
        plain = value is None or read or (not self.depth and isinstance(value, ast.Name))
        return Evidence.NONE if plain else Evidence.SURE

    def of_context(self, expression: ast.expr) -> Evidence:
        """Return the evidence that a context manager does something."""
        if last_name(getattr(expression, "func", expression)) == "suppress":
            return Evidence.NONE
        if last_name(getattr(expression, "func", expression)).startswith("mock"):
            return Evidence.UNSURE  # of a test, or of a handler that is run on a laptop
        return of_unseen(self.module, expression) if isinstance(expression, ast.Call) else Evidence.SURE
