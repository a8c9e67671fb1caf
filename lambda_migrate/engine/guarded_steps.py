"""Which steps a guard is for, as the ledger knows them, and what is left of a guard that is for none any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions import Observed
from lambda_migrate.actions.base import Guarded
from lambda_migrate.aws.arn import function_name
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.engine.guard_calls import schedule_of
from lambda_migrate.engine.guard_role import name_of, role_of
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.runs import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run


class GuardedStep(NamedTuple):
    """The step whose traffic a schedule would put back."""

    run: Run
    step: Step
    action: Guarded


def guarded_step(ledger: Ledger, known: Sequence[Run]) -> GuardedStep | None:
    """Return the step of the schedule that the ledger says would act; None without one.

    Args:
        ledger: What was recorded.
        known: Its runs.
    """
    armed = armed_schedule(ledger)
    run = next((each for each in known if armed and each.number == armed.run), None)
    step = run.step(armed.step) if armed and run else None
    if run is None or step is None or not isinstance(step.action, Guarded):
        return None
    return GuardedStep(run, step, step.action)


def moved(known: Sequence[Run], action: Guarded) -> Iterator[tuple[Run, Step]]:
    """Yield the guarded steps that stand, or may, and moved traffic away from the same version, the latest first."""
    for run in reversed(known):
        hanging = [name for name in run.open_intents if name not in run.applied]
        for name in [*hanging, *reversed(run.applied)]:
            if run.kinds[name] != action.kind:  # type: ignore[attr-defined]  # every action has a kind
                continue
            step = run.step(name)
            theirs = step.action
            if step.guard is None or not isinstance(theirs, Guarded):
                continue
            if (theirs.function, theirs.alias, theirs.home) == (action.function, action.alias, action.home):
                yield run, step


def guards_nothing(guarded: GuardedStep, known: Sequence[Run]) -> bool:
    """Return whether no traffic is away that the schedule would put back, nor may be."""
    return next(moved(known, guarded.action), None) is None


def is_left(ledger: Ledger) -> bool:
    """Return whether a guard that is for nothing any more could not be removed, as the ledger says."""
    record, known = ledger.projection.latest.get("guard"), runs(ledger)
    guarded = guarded_step(ledger, known)
    if guarded is not None:
        return guards_nothing(guarded, known)
    return bool(record and record.note and record.note.get("role") == "left")


def left_of_guard(aws: Aws, ledger: Ledger, arn: str) -> tuple[Action, ...]:
    """Return what a guard has left that is for nothing any more, in the order in which it goes.

    Args:
        aws: A session that may only look.
        ledger: What was recorded.
        arn: The function's, unqualified.

    Returns:
        Nothing while traffic is away, nor where a schedule stands that this ledger does not know: it may be of another.
        The role stays where its policy is not ours: a function of this name in another region may be guarded by it.
    """
    known = runs(ledger)
    guarded = guarded_step(ledger, known)
    if guarded is not None and not guards_nothing(guarded, known):
        return ()
    schedule = read_or_none(aws, "scheduler", "get_schedule", Name=name_of(function_name(arn)))
    if guarded is None and schedule:
        return ()
    role = [(action, action.observe(aws)) for action in reversed(role_of(arn))]
    left = [action for action, seen in role if seen is Observed.AFTER]
    if any(seen is Observed.DRIFT for _, seen in role):
        left = []
    if guarded is not None and schedule:
        at = str(schedule["ScheduleExpression"]).removeprefix("at(").rstrip(")")
        set_by_us: Action = schedule_of(guarded.action, at)
        left = [set_by_us, *left] if set_by_us.observe(aws) is Observed.AFTER else left
    return tuple(left)
