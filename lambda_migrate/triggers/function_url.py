"""Function URLs.

A URL belongs to the function or to the alias that it was made for, and that cannot be changed: a client that has the
URL of the unqualified function can reach another qualifier only by another URL. So the alias gets a URL of its own,
with the same settings, for clients to move to; a CloudFront distribution in front of the first one is led to it. The
first URL stays, and invokes ``$LATEST``, which always runs the original.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.create_function_url import DAYS, CreateFunctionUrl
from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.function.model import Qualified
from lambda_migrate.gates import trigger as trigger_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, policy
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "function_url"
LABEL = "function URL"
TRAFFIC = "requests"
FOUND = "Lambda's list of the function's URLs"
PRINCIPALS = ("function-url",)
"""What :attr:`~lambda_migrate.triggers.policy.Source.caller` calls the statements of a URL, whoever they let in."""

ALIAS = "the alias gets a URL of its own, for clients to move to; the first one stays on `$LATEST`, the original"
STAYS = "a function URL belongs to the qualifier that it was made for"
BACK = "clients return to the first URL; that of the alias is deleted once it has had no request for 14 days"
TWICE = "nothing: a client calls the one URL or the other"
SETTLES = 60.0
"""Seconds until a new URL is known everywhere; AWS does not say how long it takes."""

KEPT = DAYS * 86_400.0
"""Seconds for which what a URL rests on stays after the way back: clients may have moved to it."""

INVOKE_URL, INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a URL.

    Attributes:
        auth: ``NONE`` or ``AWS_IAM``.
        mode: ``BUFFERED`` or ``RESPONSE_STREAM``; "" where it is not known.
        cors: ``Cors`` as AWS writes it.
    """

    auth: str = ""
    mode: str = ""
    cors: dict[str, Any] = field(default_factory=dict)


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Make a URL for the alias; what calls the first one has to be moved by whoever owns it."""
    there = function.qualified.get(alias, Qualified()).url
    new = f"`{there}`, the URL of `{alias}`," if there else f"the URL that `{alias}` gets"
    text = (
        f"{LABEL} `{trigger.name}` goes on invoking `$LATEST`, which runs the original: {STAYS}; move its clients to"
        f" {new} or accept that it stays; a CloudFront distribution in front of it is moved"
    )
    gate = closed(trigger_gate, text, trigger.name, of=KIND)
    return Repoint((), (gate,), (), () if there else tuple(_second(trigger.settings, function, alias)))


def _second(settings: Settings, function: Function, alias: str) -> Iterator[Step]:
    """Yield what makes the URL of the alias; the permissions that the first one has are copied with all others."""
    unqualified = function.qualified.get("", Qualified()).policy
    present = [policy.meaning(each) for each in (*unqualified, *function.qualified.get(alias, Qualified()).policy)]
    for statement in unqualified:
        second = _as_invocation(statement)
        if second is not None and policy.meaning(second) not in present:
            grant = GrantPermission(function.name, alias, policy.clone(second, function.qualified_arn(alias)))
            yield Step("", grant, "URLs made since October 2025 ask for both", lingers=KEPT)
    made = {"AuthType": settings.auth or "AWS_IAM", "InvokeMode": settings.mode, "Cors": settings.cors}
    url = CreateFunctionUrl(function.name, alias, {name: value for name, value in made.items() if value})
    yield Step("", url, "for clients to move to", propagation=SETTLES, lingers=KEPT)


def _as_invocation(statement: dict[str, Any]) -> dict[str, Any] | None:
    """Return the second permission that a new URL needs beside InvokeFunctionUrl; None of another statement.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    if statement.get("Action") != INVOKE_URL or not policy.allows(statement):
        return None
    conditions = {
        operator: {key: value for key, value in operands.items() if key.lower() != "lambda:functionurlauthtype"}
        for operator, operands in (statement.get("Condition") or {}).items()
    }
    kept = {operator: operands for operator, operands in conditions.items() if operands}
    bound = {**kept, "Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    return {**statement, "Action": INVOKE, "Condition": bound}


def request_metrics(trigger: Trigger[Settings], function: Function) -> SourceMetrics:
    """Return what Lambda counts of a URL ("Monitoring Lambda function URLs", Lambda guide)."""
    resource = f"{function.name}:{trigger.qualifier}" if trigger.qualifier else function.name
    dimensions = {"FunctionName": function.name, "Resource": resource}
    return SourceMetrics.of_requests("AWS/Lambda", dimensions, "UrlRequestCount", "Url5xxCount", "Url4xxCount")
