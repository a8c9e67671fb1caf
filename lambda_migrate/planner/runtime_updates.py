"""Keeps the runtime of what is published from $LATEST, where Lambda does not update it by itself.

With ``FunctionUpdate``, changing ``$LATEST`` to publish from it would move it to the newest runtime: it is held for as
long as that takes. Each version that is published stays on the runtime of ``$LATEST``, so that the original and the
proxy differ in nothing else ("Runtime updates", Lambda developer guide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.function.set_runtime_updates import AUTO, SetRuntimeUpdates
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.documents import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.function.model import Function

FUNCTION_UPDATE = "FunctionUpdate"


def hold(function: Function, group: str) -> Iterator[Step]:
    """Yield what keeps the runtime of ``$LATEST`` while it is changed; nothing where it stays by itself."""
    if _moves(function):
        action = SetRuntimeUpdates(function.name, LATEST, {"UpdateRuntimeOn": FUNCTION_UPDATE}, _pinned(function))
        yield Step("", action, "a change of $LATEST would move it to the newest runtime", group)


def release(function: Function, group: str) -> Iterator[Step]:
    """Yield what undoes :func:`hold`."""
    if _moves(function):
        action = SetRuntimeUpdates(function.name, LATEST, _pinned(function), {"UpdateRuntimeOn": FUNCTION_UPDATE})
        yield Step("", action, "as it was; the next deployment updates the runtime", group)


def pin(function: Function, version: str, group: str) -> Iterator[Step]:
    """Yield what keeps a version that was published just now on the runtime of ``$LATEST``.

    Args:
        function: The function.
        version: The version's number, or ``marker:<description>``.
        group: What the step belongs to.
    """
    if function.runtime_version:
        action = SetRuntimeUpdates(function.name, version, dict(AUTO), _pinned(function))
        yield Step("", action, "the same runtime as $LATEST", group)


def _moves(function: Function) -> bool:
    return bool(function.runtime_version) and function.runtime_updates == FUNCTION_UPDATE


def _pinned(function: Function) -> dict[str, str]:
    return {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": function.runtime_version}
