"""Custom rules of AWS Config that the function evaluates.

A rule is replaced as a whole: everything but the function goes back as it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.aws_config.point_config_rule import PointConfigRule
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "config_rule"
LABEL = "Config rule"
TRAFFIC = "events"
FOUND = "the permission, and the list of Config rules"
PRINCIPALS = ("config.amazonaws.com",)
ALIAS = "the rule's function is replaced, with its scope, parameters and frequency as they were"
STAYS = "AWS Config asks functions alone"
BACK = "the function is put back; all else of the rule as it is then"
TWICE = "an evaluation, since Config evaluates a rule again when it changes"
SETTLES = 60.0
"""No time is documented; the next change of a resource, or the next period, is evaluated by the new function."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a rule.

    Attributes:
        function: The ARN that it names, as it stands there; "" where only a permission is known.
        made_by: The service that made the rule and alone may change it, ``CreatedBy``; "" where a person did.
    """

    function: str = ""
    made_by: str = ""


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the rule: its name."""
    return trigger.name


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint | None:
    """Replace the rule's function; None where only a permission is known."""
    settings = trigger.settings
    if not settings.function:
        return None
    if settings.made_by:
        text = f"{LABEL} `{trigger.name}` was made by `{settings.made_by}`, which alone may change it"
        return Repoint(
            blockers=(closed(trigger_gate, f"{text}; change it there, or accept that it stays", trigger.name, of=KIND),)
        )
    action = PointConfigRule(trigger.name, settings.function, function.qualified_arn(alias))
    return Repoint((Step("", action, "its evaluations reach the alias", propagation=SETTLES),))
