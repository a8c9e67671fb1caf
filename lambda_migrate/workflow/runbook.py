"""The plan that comes next as steps to type: each action is rehearsed, and what it would write is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import backwards
from lambda_migrate.aws.command_line import command_line
from lambda_migrate.aws.rehearsal import Rehearsed
from lambda_migrate.aws.session import reads
from lambda_migrate.planner.journey import command
from lambda_migrate.report.model import Instruction, Runbook, Typed
from lambda_migrate.workflow.report import coming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.rehearsal import Called, Rehearsal
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.workflow.context import Context


REVISION = "REVISION_ID"
"""What stands for the revision that a write is conditioned on, where an earlier step changes it."""


def runbook(context: Context) -> Runbook:
    """Return the steps of the phase that comes next, or those that are left of the run that is open.

    Args:
        context: Of the command.
    """
    made = f"{datetime.fromtimestamp(context.clock.now(), UTC):%Y-%m-%dT%H:%M:%SZ}"
    name = context.migration.function
    context.progress.begin("rehearsing what comes next")
    plan, left = coming(context)
    if plan is None:
        context.progress.end()
        return Runbook(name, "", "", made, "")
    rehearsal = context.rehearsal()
    steps = tuple(instruction(step, rehearsal, first=step is left[0]) for step in left)
    context.progress.end()
    line = f"lambda-migrate {command(plan.phase, name)}"
    return Runbook(name, plan.phase, plan.id, made, line, steps, plan.blockers, plan.warnings)


def instruction(step: Step, rehearsal: Rehearsal, *, first: bool) -> Instruction:
    """Return a step as somebody types it.

    Args:
        step: The step.
        rehearsal: A session in which it is rehearsed.
        first: Whether nothing is done before it: then what a write is conditioned on is known.
    """
    action = step.action
    names = dict.fromkeys(call.name for call in action.aws_calls() if not reads(*call.name.split(":")))
    # What changes nothing in AWS writes to this machine, which no rehearsal holds back: a backup.
    rehearsed = rehearsal.rehearsed(action.apply) if names else Rehearsed()
    looks = rehearsal.looks(action.observe)
    return Instruction(
        id=step.id,
        what=action.describe(),
        why=step.why,
        typed=tuple(_typed(rehearsal, called, looks, first=first) for called in rehearsed.writes),
        calls=() if rehearsed.writes else tuple(names),
        more=bool(rehearsed.writes) and not rehearsed.complete,
        check="" if rehearsed.writes or not looks else command_line(rehearsal, *looks[0]),
        expected=action.describe(),
        waits=step.propagation,
        bake=step.bake if step.gated else 0.0,
        risk=step.risk,
        back=backwards(action) if action.reversible else "",
    )


def _typed(rehearsal: Rehearsal, called: Called, looks: Sequence[Called], *, first: bool) -> Typed:
    """Return a call of a step, and the look that shows it: the one with which it has most in common."""
    check = max(looks, key=lambda look: _common(called, look), default=None)
    command = command_line(rehearsal, *(called if first else _later(called)))
    return Typed(command, command_line(rehearsal, *check) if check else "")


def _common(called: Called, look: Called) -> tuple[bool, int]:
    """Return how much of a call a look is about: its service, and the parameters that both have."""
    return called[0] == look[0], sum(called[2].get(name) == value for name, value in look[2].items())


def _later(called: Called) -> Called:
    """Return a call whose condition is known only once the steps before it are done."""
    service, operation, parameters = called
    return service, operation, {name: REVISION if name == "RevisionId" else each for name, each in parameters.items()}
