"""The plan that comes next as steps to type: each action is rehearsed as far as its first write, which is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import backwards
from lambda_migrate.aws.command_line import command_line
from lambda_migrate.aws.session import reads
from lambda_migrate.planner.journey import command
from lambda_migrate.report.model import Instruction, Runbook
from lambda_migrate.workflow.report import coming

if TYPE_CHECKING:
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
    steps = tuple(_instruction(step, rehearsal, first=step is left[0]) for step in left)
    context.progress.end()
    line = f"lambda-migrate {command(plan.phase, name)}"
    return Runbook(name, plan.phase, plan.id, made, line, steps, plan.blockers, plan.warnings)


def _instruction(step: Step, rehearsal: Rehearsal, *, first: bool) -> Instruction:
    action = step.action
    names = dict.fromkeys(call.name for call in action.aws_calls() if not reads(*call.name.split(":")))
    # What changes nothing in AWS writes to this machine, which no rehearsal holds back: a backup.
    written = rehearsal.first_write(action.apply) if names else None
    if written and not first:
        written = _later(written)
    return Instruction(
        id=step.id,
        what=action.describe(),
        why=step.why,
        command=_line(rehearsal, written),
        calls=() if written else tuple(names),
        check=_line(rehearsal, rehearsal.first_read(action.observe)),
        expected=action.describe(),
        waits=step.propagation,
        bake=step.bake if step.gated else 0.0,
        risk=step.risk,
        back=backwards(action) if action.reversible else "",
    )


def _later(called: Called) -> Called:
    """Return a call whose condition is known only once the steps before it are done."""
    service, operation, parameters = called
    return service, operation, {name: REVISION if name == "RevisionId" else each for name, each in parameters.items()}


def _line(rehearsal: Rehearsal, called: Called | None) -> str:
    return command_line(rehearsal, *called) if called else ""
