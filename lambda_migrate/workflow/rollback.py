"""Rolls back what was done, the latest first, from the ledger alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import GateClosed
from lambda_migrate.planner.rollback import Rollback, choose
from lambda_migrate.render.plan import steps as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import freeze_guard
from lambda_migrate.workflow.execution import at_work
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm


def roll_back(context: Context, *, to: str, last: bool, confirm: Confirm, dry_run: bool) -> Result:
    """Roll back steps that are applied.

    Args:
        context: Of the command.
        to: The step to go back to, which stays applied; "" rolls back all.
        last: Only the latest run.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be rolled back.

    Raises:
        ConfigError: The step to go back to is not applied.
        GateClosed: The first step on the way cannot be undone.
    """
    chosen, identity = choose(runs(context.ledger), last=last, to=to), context.ledger.identity
    if identity is None or not chosen.runs:
        return Result({"undone": []}, "Nothing to roll back: the ledger holds no step that is applied.", ("status",))
    context.require_ledger_place()
    text = _shown(context, chosen, identity.function.rpartition(":")[2])
    if chosen.irreversible and chosen.irreversible is chosen.every[0]:
        raise _refusal(chosen.irreversible)
    freeze_guard.warn_of_changes(context)
    if dry_run:
        return Result({"steps": [step.to_dict() for step in chosen.every], "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Roll them back?"))
    context.terminal.say()
    with at_work(context, identity.function) as executor:
        numbers = {run.number for run in chosen.runs}
        undone = executor.rollback([run for run in runs(executor.ledger) if run.number in numbers], to=to)
        following = context.status(executor.ledger).next[:1]
    return Result({"undone": [step.id for step in undone]}, f"\nRolled back: {len(undone)}.", following)


def _shown(context: Context, chosen: Rollback, function: str) -> str:
    paint, text = context.paint, context.heading("rollback", function)
    for run, steps in chosen.steps:
        title = paint(f"{run.phase} of {run.at}", "bold")
        text += "\n".join([f"\n\n{title} (run {run.number})", *rendered(steps, paint, brief=True)])
    text += f"\n\n{len(chosen.every)} to roll back, the latest first."
    if final := chosen.irreversible:
        text += f" It ends before {final.id}, which cannot be undone: {final.action.describe()}."
    return text


def _refusal(step: Step) -> GateClosed:
    return GateClosed(
        f"{step.id} cannot be undone: {step.action.describe()}",
        hint=f"nothing was changed; `lambda-migrate explain {step.action.kind}` says what is left",
    )
