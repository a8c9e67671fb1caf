"""`cutover promote`: one step passes whose verdict was inconclusive; the reason and the name stand in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine import promotion
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.execution import open_ledger
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.workflow.context import Context


def promote(context: Context, reason: str, confirm: Callable[[Question], None]) -> Result:
    """Let the step that waits pass; traffic moves only once the command is typed again that waits.

    Args:
        context: Of the command.
        reason: Why, in a person's words.
        confirm: Asks; raises where the answer is no.

    Raises:
        ConfigError: No reason is given.
        GateClosed: No step waits.
    """
    run, step = promotion.candidate(context.ledger, reason)
    told = f"{step.id}: {step.action.describe()}"
    context.terminal.say(f"The verdict of {told} was inconclusive.")
    confirm(Question("Let it pass?"))
    with open_ledger(context, run.plan.function) as ledger:
        promotion.promote(ledger, reason)
        following = context.status(ledger).next[:1]
    return Result({"promoted": step.id, "reason": reason.strip()}, f"{told} passes: {reason.strip()}", following)
