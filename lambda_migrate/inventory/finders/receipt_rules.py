"""Receipt rules of Amazon SES that invoke the function, of all rule sets; only one set is active."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.ses import KIND, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "SES receipt rules"
CALLS = ("ses:ListReceiptRuleSets", "ses:DescribeReceiptRuleSet")
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the rules that invoke the function; none are listed where no permission lets SES invoke.

    The sets are asked for one after the other: SES takes one call a second.
    """
    if policy.sources(function, PRINCIPALS):
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    for about in aws.pages("ses", "list_receipt_rule_sets", "RuleSets"):
        rule_set = str(about["Name"])
        for rule in aws.call("ses", "describe_receipt_rule_set", RuleSetName=rule_set).get("Rules") or ():
            yield from _of_rule(function, rule_set, rule)


def _of_rule(function: Function, rule_set: str, rule: dict[str, Any]) -> Iterator[Trigger[Settings]]:
    name = str(rule["Name"])
    source = str(Arn.parse(function.arn).sibling("ses", f"receipt-rule-set/{rule_set}:receipt-rule/{name}"))
    arns = [str((action.get("LambdaAction") or {}).get("FunctionArn") or "") for action in rule.get("Actions") or ()]
    for arn in dict.fromkeys(arns):
        qualifier = function.qualifier_of(arn)
        if qualifier is not None:
            settings = Settings(source=source, rule_set=rule_set, rule=name, function=arn)
            identity, enabled = f"{source}/{qualifier or '$LATEST'}", bool(rule.get("Enabled"))
            yield Trigger(KIND, identity, f"{rule_set}/{name}", qualifier, settings, enabled=enabled)
