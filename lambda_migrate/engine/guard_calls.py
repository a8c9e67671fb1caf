"""The schedule that guards a step, and what guarding it calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import Guarded
from lambda_migrate.actions.scheduler.schedule_return import ScheduleReturn
from lambda_migrate.engine.guard_role import name_of, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.engine.plan import Step


def schedule_of(action: Guarded, at: str) -> ScheduleReturn:
    """Return what sets the schedule that puts the alias of an action back at a time, "" where that is open."""
    name = name_of(action.function)
    return ScheduleReturn(name, action.function, action.alias, action.home, name, at)


def calls_of(step: Step, arn: str) -> Iterator[Call]:
    """Yield what guarding a step calls, which may be nothing.

    Args:
        step: The step.
        arn: The function's, unqualified.
    """
    if step.guard is None or not isinstance(step.action, Guarded):
        return
    schedule = schedule_of(step.action, "")
    moved = replace(schedule, before=schedule.at or "before")  # the one from before may still be there
    for action in (*role_of(arn, step.guard.boundary), schedule, moved):
        yield from action.aws_calls()
