"""Shapes of single expressions and targets in the handlers that adapters are called in."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.evidence import LOGGERS
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.scopes import Scope

STARTS = re.compile(r"cold|warm", re.IGNORECASE)


def is_changed(given: ast.expr, event: str = "") -> bool:
    """Return whether an event is made of another in place: `{**event, "path": path}`.

    Args:
        given: what may be an event.
        event: what it has to be made of; anything where that is empty.
    """
    if isinstance(given, ast.BinOp):
        return isinstance(given.op, ast.BitOr) and event in {"", getattr(given.left, "id", "")}
    if not isinstance(given, ast.Dict) or not any(given.keys):
        return False
    spread = [value for key, value in zip(given.keys, given.values, strict=True) if key is None]
    return any(event in {"", getattr(value, "id", "")} for value in spread)


def is_waiting(target: ast.expr) -> bool:
    """Return whether `context.callback_waits_for_empty_event_loop` is set, which only Lambda asks for.

    Args:
        target: what a value is set to.
    """
    return (
        isinstance(target, ast.Attribute) and target.attr.lower().replace("_", "") == "callbackwaitsforemptyeventloop"
    )


def asks_by_key(loop: ast.For, event: str) -> bool:
    """Return whether a table says what to do with events that have a key: `if not event.get(key): continue`.

    Args:
        loop: a loop over the table.
        event: name of the parameter that holds the event.
    """
    first = loop.body[0]
    skips = isinstance(first, ast.If) and isinstance(first.body[0], ast.Continue)
    keys = {part.id for part in ast.walk(loop.target) if isinstance(part, ast.Name)}
    names = {part.id for part in ast.walk(first) if isinstance(part, ast.Name)}
    return skips and event in names and bool(keys & names)


def is_own_flag(target: ast.expr, value: ast.expr, handler: str) -> bool:
    """Return whether a handler notes that it has run: `handler.warm = True`, `COLD_START = False`.

    Args:
        target: what a value is set to.
        value: the value.
        handler: the handler's name.
    """
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
        return False
    of_itself = isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == handler
    return of_itself or (isinstance(target, ast.Name) and STARTS.search(target.id) is not None)


def is_reset(target: ast.expr, value: ast.expr) -> bool:
    """Return whether something kept elsewhere is given up, for Lambda to make it again: `server._manager = None`.

    Args:
        target: what a value is set to.
        value: the value.
    """
    return isinstance(target, ast.Attribute) and isinstance(value, ast.Constant) and value.value is None


def starts_the_application(call: ast.Call) -> bool:
    """Return whether the start-up code of the application is run, which a server does: `run(app.router.startup())`.

    Args:
        call: a call in a handler.
    """
    given = call.args[0] if call.args else None
    return isinstance(given, ast.Call) and last_name(given.func) in {"startup", "_startup"}


def is_logger(target: ast.expr) -> bool:
    """Return whether an attribute is a logger by its name.

    Args:
        target: what a value is set to.
    """
    return isinstance(target, ast.Attribute) and LOGGERS.search(target.attr) is not None


def made_of(node: ast.AST, scope: Scope, depth: int = 4) -> Iterator[set[str]]:
    """Yield the names that an adapter is made of in a function: its own, its application's, and what these are from.

    Args:
        node: the adapter, as it is called.
        scope: the handler's.
        depth: how many steps are gone back.
    """
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    yield names
    for name in names if depth else ():
        for value, where in scope.assigned.get(name, ()):
            if value is not None and where is scope and isinstance(value, ast.Call):
                yield from made_of(value, scope, depth - 1)
