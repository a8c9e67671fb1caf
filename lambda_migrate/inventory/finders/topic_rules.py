"""Rules of AWS IoT that invoke the function, of those that its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.iot.point_topic_rule import invoked, read
from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.iot import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "IoT rules"
CALLS = ("iot:ListTopicRules", "iot:GetTopicRule")
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the rules that invoke the function; all are looked through where its policy names none."""
    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, lambda: (str(each["ruleArn"]) for each in aws.pages("iot", "list_topic_rules", "rules"))),
        _invoked,
        lambda arn: f"{LABEL} {_name(arn)}",
    )


def _name(rule: str) -> str:
    return Arn.parse(rule).resource.removeprefix("rule/")


def _invoked(aws: Aws, function: Function, rule: str) -> Iterator[Trigger[Settings]]:
    """Yield a rule once for each qualifier that its actions invoke."""
    about = read(aws, _name(rule))
    if about is None:
        return
    for qualifier, functions in function.by_qualifier(invoked(about)):
        settings = Settings(source=rule, rule=_name(rule), functions=functions)
        enabled = not about.get("ruleDisabled")
        yield Trigger(KIND, f"{rule}/{qualifier or '$LATEST'}", _name(rule), qualifier, settings, enabled=enabled)
