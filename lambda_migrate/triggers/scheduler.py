"""Schedules of EventBridge Scheduler.

A schedule is written as a whole: what is left out goes back to its default. It invokes with a role of its own, which
has to be allowed to invoke the alias first.

Straight to the service means a queue that it consumes, since Scheduler calls no address. The target becomes the queue,
its input stands in the envelope of the service; retries, dead-letter queue, window and time zone stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.scheduler.point_schedule import PointSchedule
from lambda_migrate.actions.scheduler.send_schedule import SendSchedule
from lambda_migrate.aws import queue_policy
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import caller_not_permitted, schedule_already_started, schedule_universal
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, invoking_role, service_queue
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.naming import at_alias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

KIND = "scheduler"
LABEL = "schedule"
TRAFFIC = "events"
FOUND = "the list of all schedules; the input of universal targets"
PRINCIPALS = ("scheduler.amazonaws.com",)
ALIAS = "the target's ARN, or the function in a universal target's input, is replaced; all else is sent as it was"
SERVICE = "the target becomes a queue that the service consumes, if `service.schedule_queues` names one for it"
STAYS = "it calls AWS, not URLs; name a queue of the service for the schedule in `service.schedule_queues`"
COUNTED = service_queue.COUNTED
FAILING = service_queue.FAILING
CALLS = service_queue.CALLS
"""What it calls itself, from which the policies of IAM are made."""

BACK = "the target, or the text of its input, is put back; all else is sent as it is then"
TWICE = "nothing of the change itself; EventBridge Scheduler tries again where it got no answer, as ever"
PAUSABLE = True
PROPAGATION = 60.0
"""A schedule is looked at once a minute ("Schedule types", EventBridge Scheduler user guide)."""

GRACE = 300.0
"""Seconds that a start may lie in the past: "The StartDate you specify cannot be earlier than 5 minutes ago"."""

SETTLES = PROPAGATION
SEND = "sqs:SendMessage"
_ROLE, _START = "role", "start"


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
    yield from _started(aws, trigger)


def _started(aws: Aws, trigger: Trigger[Settings]) -> Iterator[Blocker]:
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    if settings.start and settings.start < aws.now() - GRACE:
        text = f"{caller} has a start in the past, and EventBridge Scheduler refuses to write such a start"
        yield closed(schedule_already_started, f"{text}; remove its StartDate, or move it by hand", trigger.name)


def look_up(
    aws: Aws, _function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what is to be known of the queues that are named for the schedules, and of their roles.

    Args:
        aws: Where to look; reads only.
        service: Names the queues.
        triggers: The schedules.
    """
    looked: dict[str, str] = {}
    for trigger in triggers:
        queue = service.schedule_queues.get(trigger.name)
        if queue:
            looked |= service_queue.look_at(aws, trigger.name, queue, partial(_refusal, queue))
            refusal = invoking_role.may_not(aws, trigger.settings.role, SEND, queue, "send to the queue")
            looked[f"{_ROLE} {trigger.name}"] = refusal.text if refusal else ""
            looked |= {f"{_START} {trigger.name}": each.text for each in _started(aws, trigger)}
    return looked


def _refusal(queue: str, _attributes: Document) -> str:
    return "a schedule sets no message group, which FIFO queues require" if queue.endswith(queue_policy.FIFO) else ""


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Send what the schedule brings to the queue that is named for it; without one it stays on the alias."""
    queue, settings, caller = service_queue.named(destination, trigger), trigger.settings, f"{LABEL} `{trigger.name}`"
    if not queue:
        return None
    if settings.named:
        text = "calls Lambda through a universal target, whose input is a call of Lambda's API, not the event"
        refused = closed(
            schedule_universal,
            f"{caller} {text}; make the function itself its target, or take it out of service.schedule_queues",
            trigger.name,
        )
        return Repoint(blockers=(refused,))
    action = SendSchedule(settings.schedule, settings.target, queue, settings.group, settings.source)
    step = Step("", action, "its events wait in the service's queue", propagation=PROPAGATION)
    repoint = service_queue.moved(trigger, step, function, destination, caller=caller)
    looked = destination.resources.get(KIND, {})
    role = looked.get(f"{_ROLE} {trigger.name}", "its role has not been checked")
    asked = (
        (caller_not_permitted, f"{caller}: {role}" if role else ""),
        (schedule_already_started, looked.get(f"{_START} {trigger.name}", "")),
    )
    blockers = tuple(closed(gate, text, trigger.name) for gate, text in asked if text)
    return replace(repoint, blockers=repoint.blockers + blockers)


def source_metrics(_trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return nothing: Scheduler counts by groups; the queue counts this one, see :func:`to_service`."""
    return None
