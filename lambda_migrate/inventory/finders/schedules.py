"""Schedules of EventBridge Scheduler, which invoke by a role of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import json_text
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.scheduler import KIND, LABEL, PRINCIPALS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers import base

__all__ = ["PRINCIPALS", "find_by_role"]

LISTING = "EventBridge Scheduler"
CALLS = ("scheduler:ListSchedules", "scheduler:GetSchedule")
"""What it calls, from which the policies of IAM are made."""

_FUNCTION, _QUALIFIER = "/FunctionName", "/Qualifier"
UNIVERSAL = ":aws-sdk:lambda:invoke"
"""How a universal target ends that invokes a function; ``Input`` names which ("Using universal targets", its guide)."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the schedules whose target is the function.

    The listing has the targets. Those that are the function take a call of their own, and universal ones, unless no
    role of a schedule may invoke the function.
    """
    yield from looked(LISTING, partial(_find, aws, function, grants))


def _find(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    listed = list(aws.pages("scheduler", "list_schedules", "Schedules"))
    may = any(grants.through(principal) for principal in PRINCIPALS)
    wanted = [each for each in listed if _may_be_ours(function, each, universal=may)]
    yield from look_at_each(
        aws,
        "schedules",
        wanted,
        partial(_of, aws, function),
        lambda each: Named(f"{LABEL} {_name(each)}", str(each["Arn"])),
    )


def _may_be_ours(function: Function, listed: dict[str, Any], *, universal: bool) -> bool:
    target = listed["Target"]["Arn"]
    return function.qualifier_of(target) is not None or (universal and _is_universal(target))


def _name(schedule: dict[str, Any]) -> str:
    return f"{schedule['GroupName']}/{schedule['Name']}"


def _of(aws: Aws, function: Function, listed: dict[str, Any]) -> Iterator[Trigger[Settings]]:
    about = read_or_none(aws, "scheduler", "get_schedule", Name=listed["Name"], GroupName=listed["GroupName"])
    if about is None:
        return  # it ran for the last time since it was listed, and is gone
    target = about["Target"]
    universal = _is_universal(listed["Target"]["Arn"])
    called = _called(target) if universal else {}
    qualifier = (
        named.qualifier(function, called.get(_FUNCTION, ""), called.get(_QUALIFIER, ""))
        if universal
        else function.qualifier_of(listed["Target"]["Arn"])
    )
    if qualifier is None:
        return
    settings = Settings(
        source=listed["Arn"],
        detail="by the universal target lambda:invoke" if universal else "",
        group=listed["GroupName"],
        schedule=listed["Name"],
        role=target["RoleArn"],
        target=listed["Target"]["Arn"],
        named={_QUALIFIER: called[_QUALIFIER]} if called.get(_QUALIFIER) else called,
        start=about["StartDate"].timestamp() if about.get("StartDate") else 0.0,
    )
    enabled = about.get("State") != "DISABLED"
    yield Trigger(KIND, listed["Arn"], _name(listed), qualifier, settings, enabled=enabled)


def _is_universal(target: str) -> bool:
    return target.lower().removesuffix("async").endswith(UNIVERSAL)


def _called(target: dict[str, Any]) -> dict[str, str]:
    """Return what the input of a universal target says of function and qualifier, by JSON pointers."""
    try:
        texts = json_text.strings(target.get("Input") or "{}")
    except ValueError:
        return {}
    return {pointer: texts[pointer] for pointer in (_FUNCTION, _QUALIFIER) if pointer in texts}
