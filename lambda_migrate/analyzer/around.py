"""Which statements of a handler an HTTP request passes, before and after the adapter is called."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from lambda_migrate.analyzer.consequences import Consequences
from lambda_migrate.analyzer.effects import Effects
from lambda_migrate.analyzer.event_parts import OF_ANSWERS
from lambda_migrate.analyzer.evidence import Evidence
from lambda_migrate.analyzer.handler_shapes import is_changed
from lambda_migrate.analyzer.harmless_calls import READS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function

ENDS = (ast.Return, ast.Raise)
# Calls around that of the adapter which only wait for it, or hand on what it returns.
TIDIES = re.compile(r"^_*(close|dispose|clean|release|shutdown|teardown|disconnect|reset|collect)", re.IGNORECASE)
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
    consequences = Consequences(module, function, call, event)
    for work in _Walk(module, function, call, event).through(function.body):
        if work.evidence is Evidence.SURE and not consequences.proven(work.node, after=work.when == "after"):
            yield replace(work, evidence=Evidence.UNSURE)
        elif work.evidence:
            yield work


class _Walk:
    def __init__(self, module: Module, function: Function, call: ast.Call, event: str) -> None:
        self.call = call
        self.event = event
        self.inner = module.inside(function)
        self.effects = Effects(module, function, call, event)

    def through(self, body: Sequence[ast.stmt]) -> Iterator[Work]:
        """Yield the work in a block that holds the call somewhere, harmless statements too."""
        at = next((number for number, statement in enumerate(body) if self._holds(statement)), None)
        if at is None:
            return
        yield from (Work(each, "before", self.effects.of(each)) for each in body[:at])
        yield from self._inside(body[at])
        if not self._ends(body[at]):
            yield from self._after(body[at + 1 :])

    def _after(self, body: Sequence[ast.stmt]) -> Iterator[Work]:
        """Yield what follows the call, up to where every answer of an adapter is returned."""
        for statement in body:
            if isinstance(statement, ast.If) and self._is_of_every_answer(statement.test):
                yield from (Work(each, "after", self.effects.of(each)) for each in statement.body[:-1])
                if self._ends(statement.body[-1]):
                    return
            evidence = self.effects.of(statement)
            yield Work(statement, "after", min(evidence, Evidence.UNSURE) if _tidies_up(statement) else evidence)

    def _is_of_every_answer(self, test: ast.expr) -> bool:
        """Return whether a test asks for what each answer is: `isinstance(answer, dict) and "statusCode" in answer`."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return all(self._is_of_every_answer(each) for each in test.values)
        if isinstance(test, ast.Call):
            return last_name(test.func) == "isinstance" and "dict" in ast.unparse(test.args[-1])
        return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In) and _is_of_answers(test.left)

    def _inside(self, statement: ast.stmt) -> Iterator[Work]:
        if isinstance(statement, ast.If):
            if not self._holds(statement.test):
                yield from self._chosen_by(statement)
                yield from self.through(statement.body if self._held_in(statement.body) else statement.orelse)
        elif isinstance(statement, ast.Try):
            blocks = [statement.body, statement.orelse, *(each.body for each in statement.handlers)]
            yield from self.through(next((block for block in blocks if self._held_in(block)), []))
            yield from self._after(statement.finalbody)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                if not self._holds(item.context_expr):
                    yield Work(item.context_expr, "around", self.effects.of_context(item.context_expr))
            yield from self.through(statement.body)
        elif isinstance(statement, ast.Match):
            yield from self.through(next((case.body for case in statement.cases if self._held_in(case.body)), []))
        else:
            yield from self._in_the_call(statement)

    def _chosen_by(self, branch: ast.If) -> Iterator[Work]:
        """Yield a test of the request that lets only some reach the adapter: others are answered elsewhere."""
        test = branch.test
        if (
            not self.effects.tests.asks_for(test)
            and self.effects.tests.of_a_request(test)
            and self.event in self._behind(test)
        ):
            yield Work(test, "before", Evidence.SURE)

    def _behind(self, test: ast.expr) -> set[str]:
        """Return the names in a test, and those in what these are set to."""
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        values = [value for name in names for value, _ in self.inner.assigned.get(name, ()) if value is not None]
        return names | {part.id for value in values for part in ast.walk(value) if isinstance(part, ast.Name)}

    def _in_the_call(self, statement: ast.stmt) -> Iterator[Work]:
        """Yield what is done to the event in the call itself, and to what that returns in the same statement."""
        given = self.call.args[0] if self.call.args else None
        if given is not None and (is_changed(given) or not self.effects.only_reads(given)):
            yield Work(given, "before", Evidence.SURE)
        around = [part for part in ast.walk(statement) if isinstance(part, ast.Call) and part is not self.call]
        for outer in around:
            if any(self._holds(each) for each in outer.args) and last_name(outer.func) not in WAITS | READS:
                yield Work(outer, "after", self.effects.of_call(outer))

    def _holds(self, node: ast.AST) -> bool:
        return any(part is self.call for part in ast.walk(node))

    def _held_in(self, body: Sequence[ast.stmt]) -> bool:
        return any(self._holds(statement) for statement in body)

    def _ends(self, statement: ast.stmt) -> bool:
        """Return whether nothing of the block follows once the adapter has been called in a statement."""
        if isinstance(statement, ast.If):
            branch = statement.body if self._held_in(statement.body) else statement.orelse
            return bool(branch) and self._ends(branch[-1])
        if isinstance(statement, (ast.Try, ast.With)):
            return bool(statement.body) and self._ends(statement.body[-1])
        return isinstance(statement, ENDS)


def _is_of_answers(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value in OF_ANSWERS


def _tidies_up(statement: ast.stmt) -> bool:
    """Return whether something is closed or given up, which Lambda needs before it freezes, and a server may not."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and TIDIES.search(last_name(call.func)) is not None
