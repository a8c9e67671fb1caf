"""Finds the code an application runs when it starts or stops."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import FRAMEWORKS
from lambda_migrate.analyzer.patterns import keyword, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

PHASES = ("lifespan", "on_startup", "on_shutdown")


def startup_code(module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Return where start-up or shut-down code is given to an application, each with words for it."""
    if not module.mentions(b"lifespan", b"on_event", b"on_startup", b"on_shutdown", b"add_event_handler"):
        return
    for call, scope in [*module.calls(*{name.rpartition(".")[2] for name in FRAMEWORKS}), *module.calls("APIRouter")]:
        resolved = module.resolve(call.func, scope)
        if resolved in FRAMEWORKS or resolved.endswith("APIRouter"):
            for phase in PHASES:
                given = keyword(call, phase)
                if given is not None and not _is_empty(given):
                    yield given, f"`{phase}` code"
    for call, _ in module.calls("on_event", "add_event_handler"):
        phase = text_of(call.args[0]) if call.args else ""
        if phase in {"startup", "shutdown"}:
            yield call, f"`{phase}` code"
    for node, _ in module.attributes("lifespan_context"):
        if isinstance(node.ctx, ast.Store):
            yield node, "`lifespan` code"


def _is_empty(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or (isinstance(node, ast.List) and not node.elts)
