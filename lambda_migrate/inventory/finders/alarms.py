"""CloudWatch alarms whose actions invoke the function, by the index that CloudWatch has of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.cloudwatch.point_alarm import KINDS, LISTS
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.alarm import KIND, PRINCIPALS, Settings
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find"]

LISTING = "CloudWatch alarms"
CALLS = ("cloudwatch:DescribeAlarms",)
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the alarms whose actions name the function; none are asked for where no permission lets them invoke."""
    if policy.sources(function, PRINCIPALS):
        yield from looked(LISTING, partial(_find, aws, function))


def _find(aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    for kind in KINDS:
        asked = {"ActionPrefix": function.arn, "AlarmTypes": [kind.removesuffix("s")]}
        for alarm in aws.pages("cloudwatch", "describe_alarms", kind, **asked):
            arns = [str(arn) for name in LISTS for arn in alarm.get(name) or ()]
            for arn in dict.fromkeys(arns):
                qualifier = function.qualifier_of(arn)
                if qualifier is not None:
                    settings = Settings(source=str(alarm["AlarmArn"]), function=arn)
                    enabled = bool(alarm.get("ActionsEnabled", True))
                    identity = f"{alarm['AlarmArn']}/{qualifier or '$LATEST'}"
                    yield Trigger(KIND, identity, str(alarm["AlarmName"]), qualifier, settings, enabled=enabled)
