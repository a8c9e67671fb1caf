"""Schedules of EventBridge Scheduler.

A schedule is written as a whole: what is left out goes back to its default. It invokes with a role of its own, which
has to be allowed to invoke the alias first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import schedule_already_started
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.naming import at_alias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "scheduler"
LABEL = "schedule"
TRAFFIC = "events"
FOUND = "the list of all schedules; the input of universal targets"
PRINCIPALS = ("scheduler.amazonaws.com",)
ALIAS = "the target's ARN, or the function in a universal target's input, is replaced; all else is sent as it was"
STAYS = "EventBridge Scheduler calls AWS, not addresses"
BACK = "the target, or the text of its input, is put back; all else is sent as it is then"
TWICE = "nothing of the change itself; EventBridge Scheduler tries again where it got no answer, as ever"
PAUSABLE = True
PROPAGATION = 60.0
"""A schedule is looked at once a minute ("Schedule types", EventBridge Scheduler user guide)."""

GRACE = 300.0
"""Seconds that a start may lie in the past: "The StartDate you specify cannot be earlier than 5 minutes ago"."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a schedule.

    Attributes:
        group: Its group.
        schedule: Its name.
        role: The ARN of the role that it invokes with.
        target: The ARN of its target.
        named: The texts of a universal target's input that name the function, by their JSON pointers.
        start: When it began to count, in seconds since the epoch; 0 where it says nothing of that.
    """

    group: str
    schedule: str
    role: str
    target: str
    named: dict[str, str] = field(default_factory=dict)
    start: float = 0.0


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the schedule: its name."""
    return trigger.settings.schedule


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace what names the function."""
    settings = trigger.settings
    before, after = (
        (settings.named, at_alias(settings.named, alias))
        if settings.named
        else (settings.target, function.qualified_arn(alias))
    )
    action = PointSchedule(settings.schedule, before, after, settings.group)
    return Repoint((Step("", action, "its invocations reach the alias", propagation=PROPAGATION),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that its role may not invoke the alias, or that AWS would refuse the schedule as it stands."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
    if settings.start and settings.start < aws.now() - GRACE:
        text = f"{caller} has a start in the past, and EventBridge Scheduler refuses to write such a start"
        yield closed(schedule_already_started, f"{text}; remove its StartDate, or move it by hand", trigger.name)
