"""Who invoked the function by its own name in the last day, where a trail of CloudTrail says so.

Lambda's data events are off unless a trail asks for them, and can be read where the trail sends them to a log group of
this account and region ("Logging data events", CloudTrail's user guide). They prove that somebody calls; without them
nothing is proven, so their absence says nothing.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import NoAnswer
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND = "cloudtrail"
PRINCIPALS = ()
LISTING = "CloudTrail"
CALLS = ("cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "logs:FilterLogEvents")
"""What it calls, from which the policies of IAM are made."""

WINDOW = 86400.0
"""Seconds that are looked back."""

EVENTS = 1000
"""Events of one trail that are read; who calls often stands among them."""

_OWN = "lambda-migrate"
"""What our own calls have in their user agent."""


def find(aws: Aws, function: Function, now: Callable[[], float] = time.time) -> Iterator[Trigger[base.Settings]]:
    """Yield each role or user that invoked the function, once for each qualifier."""
    yield from looked(LISTING, partial(_find, aws, function, now))


def _find(aws: Aws, function: Function, now: Callable[[], float]) -> Iterator[Trigger[base.Settings]]:
    seen = set()
    for trail in aws.pages("cloudtrail", "describe_trails", "trailList"):
        group = _group(function, trail)
        if not group or not _logs_invocations(aws, trail["TrailARN"]):
            continue
        for event in _events(aws, function, group, now()):
            caller, qualifier = _caller(event), _qualifier(function, event)
            if caller and qualifier is not None and (caller, qualifier) not in seen:
                seen.add((caller, qualifier))
                settings = base.Settings(source=caller, detail=f"seen by trail {trail['Name']}")
                identity = f"{caller}/{qualifier or '$LATEST'}"
                yield Trigger(KIND, identity, Arn.parse(caller).resource or caller, qualifier, settings)


def _group(function: Function, trail: dict[str, Any]) -> str:
    """Return the name of a trail's log group, "" where it has none here."""
    here, there = Arn.parse(function.arn), Arn.parse(trail.get("CloudWatchLogsLogGroupArn") or "")
    if (here.region, here.account) != (there.region, there.account):
        return ""
    return there.resource.removeprefix("log-group:").removesuffix(":*")


def _logs_invocations(aws: Aws, trail: str) -> bool:
    """Return whether a trail has data events of functions."""
    selectors = aws.call("cloudtrail", "get_event_selectors", TrailName=trail)
    basic = [
        resource.get("Type")
        for selector in selectors.get("EventSelectors") or []
        for resource in selector.get("DataResources") or []
    ]
    advanced = [
        value
        for selector in selectors.get("AdvancedEventSelectors") or []
        for each in selector.get("FieldSelectors") or []
        for value in each.get("Equals") or []
        if each.get("Field") == "resources.type"
    ]
    return "AWS::Lambda::Function" in (*basic, *advanced)


def _events(aws: Aws, function: Function, group: str, now: float) -> Iterator[dict[str, Any]]:
    wanted = (
        '{ ($.eventSource = "lambda.amazonaws.com") && ($.eventName = "Invoke*")'
        f' && ($.userIdentity.type != "AWSService") && ($.requestParameters.functionName = "*{function.name}*") }}'
    )
    pages = aws.pages(
        "logs",
        "filter_log_events",
        "events",
        logGroupName=group,
        filterPattern=wanted,
        startTime=int((now - WINDOW) * 1000),
        endTime=int(now * 1000),
    )
    for line in islice(pages, EVENTS):
        try:
            event = document(line["message"], "logs:FilterLogEvents", "events.message")
        except NoAnswer:
            continue
        if isinstance(event, dict) and _OWN not in str(event.get("userAgent", "")):
            yield event


def _caller(event: dict[str, Any]) -> str:
    """Return the role or user that invoked; "" where a service did so, whose things other look-ups find."""
    identity = _structure(event, "userIdentity")
    if identity.get("type") == "AWSService" or str(identity.get("invokedBy", "")).endswith(".amazonaws.com"):
        return ""
    issuer = _structure(_structure(identity, "sessionContext"), "sessionIssuer").get("arn")
    return str(issuer or identity.get("arn") or identity.get("principalId") or "")


def _structure(part: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a structure within another, empty if there is none: who writes to a log group decides what it holds."""
    member = part.get(name)
    return member if isinstance(member, dict) else {}


def _qualifier(function: Function, event: dict[str, Any]) -> str | None:
    given = _structure(event, "requestParameters")
    name = str(given.get("functionName", ""))
    return named.qualifier(function, name, str(given.get("qualifier") or ""))
