"""Instances of Amazon Connect that the function is added to, so that their contact flows may invoke it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders.one_by_one import Listing, look_at_permitted
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "connect"
PRINCIPALS = ("connect.amazonaws.com",)
LISTING = "Connect instances"
CALLS = ("connect:ListInstances", "connect:ListLambdaFunctions")
"""What it calls, from which the policies of IAM are made."""


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Return the instances that the function is added to; all are looked through where its policy names none."""

    def listed() -> Iterator[str]:
        yield from (str(each["Arn"]) for each in aws.pages("connect", "list_instances", "InstanceSummaryList"))

    return look_at_permitted(
        aws,
        function,
        PRINCIPALS,
        Listing(LISTING, listed),
        _added,
        lambda arn: f"Connect instance {_id(arn)}",
    )


def _id(instance: str) -> str:
    return Arn.parse(instance).below("instance")


def _added(aws: Aws, function: Function, instance: str) -> Iterator[Trigger[base.Settings]]:
    """Yield an instance once for each qualifier that is added to it."""
    functions = aws.pages("connect", "list_lambda_functions", "LambdaFunctions", InstanceId=_id(instance))
    added = {function.qualifier_of(str(arn)) for arn in functions} - {None}
    for qualifier in sorted(str(each) for each in added):
        settings = base.Settings(source=instance, detail="added to the instance, so that contact flows may invoke it")
        yield Trigger(KIND, f"{instance}/{qualifier or '$LATEST'}", _id(instance), qualifier, settings)
