"""Rules of AWS IoT that invoke the function, of those that its policy names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.iot.point_topic_rule import invoked, read
from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
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
    """Yield the rules that invoke the function; all are looked through where its policy names none."""
    allowed = policy.sources(function, PRINCIPALS)
    named = {arn for arn in allowed if not policy.is_pattern(arn)}
    yield from _of(aws, function, named)
    patterns = [policy.PermittedInvoker("", arn) for arn in allowed - named]
    if patterns:
        yield from looked(LISTING, partial(_elsewhere, aws, function, patterns, named))


def _elsewhere(
    aws: Aws, function: Function, patterns: list[policy.PermittedInvoker], named: set[str]
) -> Iterator[Trigger[base.Settings]]:
    arns = {str(each["ruleArn"]) for each in aws.pages("iot", "list_topic_rules", "rules")}
    yield from _of(aws, function, {arn for arn in arns if any(each.explained_by(arn) for each in patterns)} - named)


def _of(aws: Aws, function: Function, rules: set[str]) -> Iterator[Trigger[base.Settings]]:
    return look_at_each(
        aws,
        "IoT rules",
        sorted(rules),
        partial(_invoked, aws, function),
        lambda arn: Named(f"{LABEL} {_name(arn)}", arn),
    )


def _name(rule: str) -> str:
    return Arn.parse(rule).resource.removeprefix("rule/")


def _invoked(aws: Aws, function: Function, rule: str) -> Iterator[Trigger[Settings]]:
    """Yield a rule once for each qualifier that its actions invoke."""
    about = read(aws, _name(rule))
    if about is None:
        return
    by_qualifier: dict[str, dict[str, str]] = {}
    for place, arn in invoked(about).items():
        qualifier = function.qualifier_of(arn)
        if qualifier is not None:
            by_qualifier.setdefault(qualifier, {})[place] = arn
    for qualifier, functions in sorted(by_qualifier.items()):
        settings = Settings(source=rule, rule=_name(rule), functions=functions)
        enabled = not about.get("ruleDisabled")
        yield Trigger(KIND, f"{rule}/{qualifier or '$LATEST'}", _name(rule), qualifier, settings, enabled=enabled)
