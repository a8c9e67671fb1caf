"""The code freeze, as other commands see it: they tell who changed the function, and refuse to go on over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError, NotFound

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context

FREEZING = frozenset({"freeze", "enforce"})
"""Phases of `freeze` itself, which tells what has changed in its own way."""

FREE = frozenset({"service", "pipeline"})
"""Phases that are told of a changed function and go on: they rest on nothing that was recorded of it."""


def told(context: Context) -> None:
    """Tell on standard error what others have changed since the freeze began.

    It stops nobody: where the function is gone there is nothing to tell, and where it cannot be read, that is told.
    """
    from lambda_migrate import freeze  # noqa: PLC0415  # only commands that look at the function need it

    try:
        change = freeze.check(context.looking, context.ledger, context.migration.function)
    except NotFound:
        return
    except MigrateError as error:
        text = f"whether the code freeze holds is unknown: {error.message}"
        context.terminal.say(f"{context.paint('!', 'yellow')} {text}")
        return
    if change:
        context.terminal.say(f"{context.paint('!', 'yellow')} {change}")


def require_unchanged(context: Context, plan: Plan) -> None:
    """Refuse to change anything that rests on a function which others have changed.

    Raises:
        Drifted: Somebody changed it since the freeze began; a runtime that AWS has patched is no reason.
    """
    from lambda_migrate import freeze  # noqa: PLC0415  # as above

    if plan.phase in FREEZING:
        return
    if plan.phase in FREE:
        told(context)
        return
    change = freeze.check(context.looking, context.ledger, context.migration.function)
    if change and not change.harmless:
        raise change.error()


def lift(context: Context, function: str) -> None:
    """End the freeze of a function that is gone, its denials with it.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
    """
    from lambda_migrate.freeze import frozen, recording  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import announce, running  # noqa: PLC0415  # as above

    with running.at_work(context, function) as executor:
        if not frozen(executor.ledger):
            return
        recording.lift(executor, by="retire")
        ended = executor.ledger.records[-1].at
    error = announce.over(context, ended)
    if error:
        context.terminal.say(f"{context.paint('!', 'yellow')} the end of the freeze could not be told: {error.message}")
