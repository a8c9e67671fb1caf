"""Rules of AWS IoT whose actions invoke the function; a rule is replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.iot.point_topic_rule import PointTopicRule
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "iot"
LABEL = "IoT rule"
TRAFFIC = "events"
FOUND = "the permission, and the rule's actions; all rules where the permission names none"
PRINCIPALS = ("iot.amazonaws.com",)
ALIAS = "the function of its actions is replaced, with all else of the rule as it was"
STAYS = "this version does not give a rule an HTTP action"
BACK = "the functions are put back in the same actions; all else of the rule as it is then"
TWICE = "nothing of the change itself"
PROPAGATION = 300.0
"""A change of a rule takes up to five minutes ("ReplaceTopicRule", AWS IoT API reference)."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a rule.

    Attributes:
        rule: Its name.
        functions: The ARNs that its actions invoke, by the places of the actions; ``error`` is the error action's.
    """

    rule: str
    functions: dict[str, str]


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the rule: its name."""
    return trigger.settings.rule


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the function of its actions."""
    settings = trigger.settings
    after = dict.fromkeys(settings.functions, function.qualified_arn(alias))
    action = PointTopicRule(settings.rule, settings.functions, after)
    return Repoint((Step("", action, "its messages reach the alias", propagation=PROPAGATION),))
