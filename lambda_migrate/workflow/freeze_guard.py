"""The code freeze, as other commands see it: they report who changed the function, and refuse to go on over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate import freeze
from lambda_migrate.errors import MigrateError, NoCredentials, NotFound
from lambda_migrate.freeze import recording
from lambda_migrate.workflow import announce
from lambda_migrate.workflow.execution import at_work

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context


def warn_of_changes(context: Context) -> None:
    """Report on standard error what others have changed since the freeze began.

    It stops nobody: where the function is gone there is nothing to report, and where it cannot be read, that is said.
    """
    try:
        change = freeze.check(context.aws_read_only, context.ledger, context.migration.function)
    except NotFound:
        return
    except NoCredentials:
        raise
    except MigrateError as error:
        _warn(context, f"whether the code freeze holds is unknown: {error.message}")
        return
    if change:
        _warn(context, str(change))


def require_unchanged(context: Context) -> None:
    """Refuse to change anything that rests on a function which others have changed.

    Raises:
        Drifted: Somebody changed it since the freeze began; a runtime that AWS has patched does not count.
    """
    change = freeze.check(context.aws_read_only, context.ledger, context.migration.function)
    if change and not change.harmless:
        raise change.error()


def lift(context: Context, function: str) -> None:
    """End the freeze of a function that is gone, its denials with it.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
    """
    with at_work(context, function) as executor:
        if not freeze.frozen(executor.ledger):
            return
        recording.lift(executor, by="retire")
        ended = executor.ledger.last_at
    error = announce.over(context, ended)
    if error:
        _warn(context, f"the end of the freeze could not be announced: {error.message}")


def _warn(context: Context, text: str) -> None:
    context.terminal.say(f"{context.paint('!', 'yellow')} {text}")
