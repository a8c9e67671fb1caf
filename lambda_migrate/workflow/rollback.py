"""Rolls back what was done, the latest first, from the ledger alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.aws.arn import function_name
from lambda_migrate.engine.guarded_steps import is_left
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import GateClosed, LedgerBroken
from lambda_migrate.freeze import frozen
from lambda_migrate.function.documents import ORIGINAL_MARKER
from lambda_migrate.gates import irreversible, pages
from lambda_migrate.planner.rollback import Rollback, choose, dead_keys, traffic
from lambda_migrate.render import way_back
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import aws_status, console_pages, freeze_guard, machines
from lambda_migrate.workflow.execution import at_work
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.outcome import Outcome
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm


class Chosen(NamedTuple):
    """What the user asks to roll back.

    Attributes:
        to: The step to go back to, which stays applied; "" rolls back all.
        last: Only the latest run.
        skip: Steps to leave as they are.
        now: Leave in place what would have to be waited for.
    """

    to: str = ""
    last: bool = False
    skip: tuple[str, ...] = ()
    now: bool = False


def roll_back(context: Context, asked: Chosen, *, confirm: Confirm, dry_run: bool) -> Result:
    """Roll back steps that are applied.

    Args:
        context: Of the command.
        asked: Which of them, and how.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be rolled back.

    Raises:
        ConfigError: A step that is named is not applied.
        GateClosed: The first step on the way cannot be undone.
    """
    known, identity = runs(context.ledger), context.ledger.identity
    named = _frozen(context)
    skip = {**dict.fromkeys(asked.skip, "as you asked"), **named}
    chosen = choose(known, last=asked.last, to=asked.to, skip=asked.skip, keep=tuple(named))
    if identity is None or not chosen.runs:
        if isinstance(lost := machines.lacking(context), LedgerBroken):
            raise lost
        if not dry_run:
            machines.clear(context)
            _end_guard(context)
        return Result({"undone": []}, "Nothing to roll back: no step is applied.", ("status",))
    context.require_ledger_place()
    aws_status.warn_of_schedule(context, function_name(identity.function))
    if chosen.irreversible and not chosen.every:
        raise _refusal(chosen.irreversible)
    for blocker in dead_keys(chosen):
        raise GateClosed.by(str(blocker), hint=pages.hint([str(blocker)]))
    text = _shown(context, chosen, function_name(identity.function))
    freeze_guard.warn_of_changes(context)
    if not chosen.every:
        stays = "".join(f"\n{step.id} stays: {why}." for step, why in _staying(chosen, skip))
        return Result({"undone": []}, f"Nothing to roll back.{stays}", ("status",))
    if dry_run:
        return Result({"steps": [step.to_dict() for step in chosen.every], "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Roll them back?"))
    context.terminal.say()
    with at_work(context, identity.function) as executor:
        numbers = {run.number for run in chosen.runs}
        taken = [run for run in runs(executor.ledger) if run.number in numbers]
        outcome = executor.way_back(taken, to=chosen.to, skip=skip, hurry=asked.now)
        following = context.status(executor.ledger).next[:1]
        text = way_back.outcome(outcome, traffic(runs(executor.ledger)), context.paint)
    error = outcome.error()
    if error:
        error.console = console_pages.of_function(context, identity.function)
    return Result(_data(outcome), text, () if error else following, error)


def _end_guard(context: Context) -> None:
    """Remove the guard of traffic that is all back, where the command before could not."""
    identity = context.ledger.identity
    if identity is not None and is_left(context.ledger):
        with at_work(context, identity.function) as executor:
            executor.way_back([])


def _frozen(context: Context) -> dict[str, str]:
    """Return the steps that published the original, by name, with why they stay: the code freeze names that version."""
    if frozen(context.ledger) is None:
        return {}
    return {
        f"{run.number}/{step.id}": "the code freeze names this version as the original; `freeze --lift` ends it"
        for run in runs(context.ledger)
        for step in run.to_undo
        if str(getattr(step.action, "marker", "")).startswith(ORIGINAL_MARKER)
    }


def _staying(chosen: Rollback, skip: dict[str, str]) -> Iterator[tuple[Step, str]]:
    """Yield the steps that are left as they are, with why."""
    for run in chosen.runs:
        for step in run.to_undo:
            reasons = [why for name, why in skip.items() if run.is_called(step, name)]
            if step in chosen.skipped and reasons:
                yield step, reasons[-1]


def _data(outcome: Outcome) -> dict[str, Any]:
    stayed = [
        {"id": each.step.id, "run": each.run.number, "why": each.why, "reason": each.reason}
        | ({"until": each.until} if each.until else {})
        for each in outcome.stayed
    ]
    return {"undone": [step.id for step in outcome.undone], "stayed": stayed}


def _shown(context: Context, chosen: Rollback, function: str) -> str:
    after = traffic(chosen.rest)
    return way_back.plan(chosen, context.heading("rollback", function), after, context.paint)


def _refusal(step: Step) -> GateClosed:
    return GateClosed(
        f"{step.id} cannot be undone: {step.action.describe()}",
        gate=irreversible.NAME,
        hint=f"nothing was changed; `lambda-migrate explain {step.action.kind}` says what is left",
    )
