"""Receipt rules of Amazon SES that invoke the function for mail that comes in.

A rule is replaced as a whole: its recipients, its other actions and their order go back as they were read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.ses.point_receipt_rule import PointReceiptRule
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "ses"
LABEL = "SES receipt rule"
TRAFFIC = "events"
FOUND = "the permission, and the rules of all receipt rule sets"
PRINCIPALS = ("ses.amazonaws.com",)
ALIAS = "the function is replaced in the rule's actions, with all others and their order as they were"
STAYS = "SES sends to functions, topics, buckets and streams, not to an address"
BACK = "the function is put back into the same actions; all else of the rule as it is then"
TWICE = "nothing of the change itself; SES invokes asynchronously, and Lambda tries again what failed"
SETTLES = 60.0
"""No time is documented; SES takes one such change a second."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a receipt rule.

    Attributes:
        rule_set: The rule set that it is in.
        rule: The rule's name.
        function: The ARN that its actions name, as it stands there; "" where only a permission is known.
    """

    rule_set: str = ""
    rule: str = ""
    function: str = ""


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the rule: its name."""
    return trigger.settings.rule


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint | None:
    """Replace the function in the rule's actions; None where only a permission is known."""
    settings = trigger.settings
    if not settings.function:
        return None
    after = function.qualified_arn(alias)
    action = PointReceiptRule(settings.rule, settings.function, after, settings.rule_set)
    return Repoint((Step("", action, "its mail reaches the alias", propagation=SETTLES),))
