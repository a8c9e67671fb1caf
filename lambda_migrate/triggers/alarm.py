"""CloudWatch alarms whose actions invoke the function.

An alarm is replaced as a whole: everything but the function goes back as it was read, and its state stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.cloudwatch.point_alarm import PointAlarm
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "alarm"
LABEL = "CloudWatch alarm"
TRAFFIC = "events"
FOUND = "the permission, and the alarms whose actions begin with the function's ARN"
PRINCIPALS = ("lambda.alarms.cloudwatch.amazonaws.com",)
ALIAS = "the function is replaced in the alarm's actions, with its other actions and thresholds as they were"
STAYS = "CloudWatch sends to functions, topics and a few other services, not to an address"
BACK = "the function is put back into the same actions; all else of the alarm as it is then"
TWICE = "nothing: an alarm's actions run once when its state changes"
SETTLES = 60.0
"""No time is documented; alarms are evaluated each minute as a rule."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of an alarm.

    Attributes:
        function: The ARN that its actions name, as it stands there; "" where only a permission is known.
        composite: Whether it is made up of other alarms.
    """

    function: str = ""
    composite: bool = False


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the alarm: its name."""
    return trigger.name


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint | None:
    """Replace the function in the alarm's actions; None where only a permission is known."""
    settings = trigger.settings
    if not settings.function:
        return None
    action = PointAlarm(trigger.name, settings.function, function.qualified_arn(alias), settings.composite)
    return Repoint((Step("", action, "its actions reach the alias", propagation=SETTLES),))
