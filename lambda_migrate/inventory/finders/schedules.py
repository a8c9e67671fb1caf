"""Schedules of EventBridge Scheduler, which invoke by a role of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.errors import NoAnswer
from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants

KIND = "scheduler"
PRINCIPALS = ("scheduler.amazonaws.com",)
LISTING = "EventBridge Scheduler"

UNIVERSAL = ":aws-sdk:lambda:invoke"
"""How a universal target ends that invokes a function; ``Input`` names which ("Using universal targets", its guide)."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the schedules whose target is the function.

    The listing has the targets. Only a universal one takes a call of its own, and none where no role of a schedule may
    invoke the function.
    """
    yield from looked(LISTING, partial(_find, aws, function, grants))


def _find(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    listed = list(aws.pages("scheduler", "list_schedules", "Schedules"))
    may = any(grants.through(principal) for principal in PRINCIPALS)
    universal = [each for each in listed if may and _is_universal(each["Target"]["Arn"])]
    inputs = dict(
        zip((each["Arn"] for each in universal), concurrently.ask(aws, partial(_named, aws), universal), strict=True)
    )
    for schedule in listed:
        called = inputs.get(schedule["Arn"])
        qualifier = named.qualifier(function, *called) if called else function.qualifier_of(schedule["Target"]["Arn"])
        if qualifier is not None:
            how = "by the universal target lambda:invoke" if called else ""
            name = f"{schedule['GroupName']}/{schedule['Name']}"
            settings = base.Settings(source=schedule["Arn"], detail=how)
            enabled = schedule.get("State") != "DISABLED"
            yield Trigger(KIND, schedule["Arn"], name, qualifier, settings, enabled=enabled)


def _is_universal(target: str) -> bool:
    return target.lower().removesuffix("async").endswith(UNIVERSAL)


def _named(aws: Aws, schedule: dict[str, Any]) -> tuple[str, str]:
    """Return the function and the qualifier that the input of a universal target names."""
    about = aws.call("scheduler", "get_schedule", Name=schedule["Name"], GroupName=schedule["GroupName"])
    try:
        given = document(about["Target"].get("Input") or "{}", "scheduler:GetSchedule", "Target.Input")
    except NoAnswer:
        given = {}
    if not isinstance(given, dict):
        return "", ""
    return str(given.get("FunctionName", "")), str(given.get("Qualifier", ""))
