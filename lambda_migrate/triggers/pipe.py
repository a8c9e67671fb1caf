"""Pipes of EventBridge: the function is the target, or enriches events on the way to it.

A pipe invokes with a role of its own, which has to be allowed to invoke the alias first. While a pipe is changed it
stops for a moment, and goes on from the same position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "pipe"
LABEL = "EventBridge pipe"
TRAFFIC = "events"
FOUND = "the list of all pipes: target and enrichment"
PRINCIPALS = ("pipes.amazonaws.com",)
ALIAS = "the ARN of the target, or of the enrichment, is replaced, with its parameters as they were"
STAYS = "this version does not point a pipe at an API destination"
BACK = "the ARN is put back, with the parameters as they are then"
TWICE = "the batch that the pipe was handling when it was changed"
PAUSABLE = True
PROPAGATION = 90.0
"""As of an event source mapping, whose pollers a pipe shares; no time is documented."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a pipe.

    Attributes:
        pipe: Its name.
        part: ``Target`` or ``Enrichment``.
        role: The ARN of the role that it invokes with.
        function: The ARN that it invokes, as it stands there.
    """

    pipe: str
    part: str
    role: str
    function: str


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the pipe: its name."""
    return trigger.settings.pipe


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the ARN of its part."""
    settings = trigger.settings
    action = PointPipe(settings.pipe, settings.function, function.qualified_arn(alias), settings.part)
    return Repoint((Step("", action, "its events reach the alias", propagation=PROPAGATION),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that its role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
