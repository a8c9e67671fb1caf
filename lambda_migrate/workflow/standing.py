"""Checks whether what was moved is still where the ledger says: a deployment may have put it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions import Observed, action_to_dict
from lambda_migrate.actions.base import Guarded, Joining, repoints
from lambda_migrate.actions.function.delete_function import DeleteFunction
from lambda_migrate.engine.guard_schedule import armed_schedule
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import LedgerBroken, MigrateError, NoCredentials
from lambda_migrate.hashing import canonical
from lambda_migrate.render.format import counted
from lambda_migrate.verify.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.actions import Action
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

NAME = "moved in AWS"
_SIDES = ("before", "after")
_MADE = ("+", "-")
"""Symbols of actions that make or remove something, and re-point nothing."""


def checks(aws: Aws, ledger: Ledger, now: float) -> Iterator[Check]:
    """Yield, of the alias and of each trigger that was moved, whether AWS shows it elsewhere; nothing before a cutover.

    Args:
        aws: A session that only looks.
        ledger: What was recorded.
        now: The time, in seconds since the epoch.
    """
    try:
        armed, known = armed_schedule(ledger), runs(ledger)
    except LedgerBroken:
        return  # the check of the ledger has told it
    acted = armed is not None and armed.may_have_acted(now)  # it is ours then, and the next command looks
    steps = [step for step in moved(known) if step.guard is None or not acted]
    elsewhere = [check for step in steps for check in _elsewhere(aws, step)]
    yield from elsewhere
    if steps and not elsewhere:
        yield Check(NAME, "pass", f"{counted(len(steps), 'change')} of alias and triggers are as the ledger says")


def moved(known: Sequence[Run]) -> list[Step]:
    """Return the steps that say where alias and triggers are: the last of each thing, the latest first.

    Args:
        known: The runs of the ledger, the oldest first.
    """
    if any(run.kinds[name] == DeleteFunction.kind for run in known for name in run.applied):
        return []
    last: list[tuple[Step, Action]] = []
    by: dict[str, int] = {}
    for run in reversed(known):
        for name in reversed(run.applied):
            step = run.step(name)
            if step.trigger and by.setdefault(step.trigger, run.number) != run.number:
                continue  # a later run has moved the trigger on
            if _points(step) and not _is_earlier(step.action, last):
                last.append((step, step.action))
    return [step for step, _ in last]


def _points(step: Step) -> bool:
    """Return whether a step says where the alias or a trigger leads."""
    shares = isinstance(step.action, Joining) and bool(step.trigger) and step.action.symbol not in _MADE
    return shares or repoints(step.action) or isinstance(step.action, Guarded)


def _is_earlier(action: Action, last: list[tuple[Step, Action]]) -> bool:
    """Return whether a later action was about the same thing; of several that go back in one write, all are."""
    for place, (step, later) in enumerate(last):
        joined = action.joined(later) if isinstance(action, Joining) else None
        if joined is not None:
            last[place] = (step, joined)
        if joined is not None or _thing(action) == _thing(later):
            return True
    return False


def _thing(action: Action) -> str:
    return canonical({name: value for name, value in action_to_dict(action).items() if name not in _SIDES})


def _elsewhere(aws: Aws, step: Step) -> Iterator[Check]:
    described = step.action.describe()
    try:
        seen = step.action.observe(aws)
        current = step.action.current(aws) if seen is not Observed.AFTER else ""
    except NoCredentials:
        raise
    except MigrateError as error:
        yield Check(
            NAME, "warn", f"{described}: whether that is still so could not be checked ({error.message})", error.hint
        )
        return
    if seen is Observed.BEFORE:
        hint = "its owner's deployment may have put it back: `lambda-migrate handover` shows what to change there"
        yield Check(NAME, "fail", f"{described}: AWS shows it as it was before", hint)
    elif seen is Observed.DRIFT:
        hint = "somebody else moved it: find out who, then fix it or leave it out of a rollback (`--skip`)"
        yield Check(NAME, "warn", f"{described}: found {current}", hint)
