"""Custom rules of AWS Config that the function evaluates; Config has no index of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.config_rule import KIND, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "Config rules"
CALLS = ("config:DescribeConfigRules",)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the rules that the function evaluates; none are listed where no permission lets Config invoke."""
    if policy.sources(function, PRINCIPALS):
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    for rule in aws.pages("config", "describe_config_rules", "ConfigRules"):
        arn = str((rule.get("Source") or {}).get("SourceIdentifier") or "")
        qualifier = function.qualifier_of(arn)
        if qualifier is not None:
            source = str(rule.get("ConfigRuleArn") or rule["ConfigRuleName"])
            settings = Settings(source=source, function=arn, made_by=str(rule.get("CreatedBy") or ""))
            yield Trigger(KIND, source, str(rule["ConfigRuleName"]), qualifier, settings)
