"""Delivery streams of Amazon Data Firehose whose records the function transforms.

Firehose invokes with the role of the stream, which has to be allowed to invoke the alias first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.firehose.point_transformation import PointTransformation
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "firehose"
LABEL = "delivery stream"
TRAFFIC = "events"
FOUND = "the processors of all delivery streams, where a role of Firehose may invoke the function"
ALIAS = "the function is replaced among the stream's processors, on condition of the stream's version"
STAYS = "Firehose transforms by functions alone"
BACK = "the function is put back, on condition of the stream's version; all else of the stream as it is then"
TWICE = "a batch that was under way, which Firehose tries again as ever"
SETTLES = 300.0
"""Firehose goes by an update "within a few minutes" (UpdateDestination, Firehose API reference)."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a delivery stream.

    Attributes:
        function: The ARN that transforms, as it stands there.
        role: ARN of the role that Firehose invokes with; "" where it is not shown.
    """

    function: str
    role: str = ""


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the stream: its name."""
    return trigger.name


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the function among the processors."""
    action = PointTransformation(trigger.name, trigger.settings.function, function.qualified_arn(alias))
    return Repoint((Step("", action, "its records reach the alias", propagation=SETTLES),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that the stream's role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
