"""Other functions of the account and region: those that name this one, or send their results to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders import named
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import base, destination
from lambda_migrate.triggers.base import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants, Role

CALLER = "function"
PRINCIPALS = ()
LISTING = "other functions"
CALLS = ("lambda:ListFunctions", "lambda:ListFunctionEventInvokeConfigs")
"""What it calls, from which the policies of IAM are made."""


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    """Yield the functions whose environment or role's policy names this one, and those of whom it is a destination.

    Environments come with the listing. Destinations take a call for each function, and only where its role may invoke
    this one: Lambda sends results as that role.
    """
    yield from looked(LISTING, partial(_find, aws, function, grants))


def _find(aws: Aws, function: Function, grants: Grants) -> Iterator[Trigger[base.Settings]]:
    others = [
        each for each in aws.pages("lambda", "list_functions", "Functions") if each["FunctionArn"] != function.arn
    ]
    for other in others:
        yield from _caller(function, grants, other)
    sending = [other for other in others if grants.may(other.get("Role", ""))]
    yield from look_at_each(
        aws,
        "destinations of functions",
        sending,
        partial(_sent, aws, function),
        lambda other: Named(
            f"destinations of function {other['FunctionName']}", identity=f"{other['FunctionArn']}/destinations"
        ),
    )


def _caller(function: Function, grants: Grants, other: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    """Yield a function that names this one, for each qualifier that it names.

    What counts is an ARN in a variable; the bare name in one, where the role may invoke; and a policy that names it.
    Only the names of variables are kept.
    """
    arn, role = other["FunctionArn"], other.get("Role", "")
    how = _by_variables(function, other, may=grants.may(role)) or _by_policy(function, grants.roles.get(role), role)
    for qualifier, ways in sorted(how.items()):
        settings = base.Settings(source=arn, detail="named by " + " and ".join(dict.fromkeys(ways)))
        identity = f"{arn}/{qualifier or '$LATEST'}"
        yield Trigger(CALLER, identity, other["FunctionName"], qualifier, settings)


def _by_variables(function: Function, other: dict[str, Any], *, may: bool) -> dict[str, list[str]]:
    """Return the qualifiers that a function's environment names, each with the variables that do."""
    how: dict[str, list[str]] = {}
    for variable, value in sorted(((other.get("Environment") or {}).get("Variables") or {}).items()):
        exact = named.qualifier(function, value.strip()) if may else None
        for qualifier in dict.fromkeys((*named.mentions(function, value), *(() if exact is None else (exact,)))):
            how.setdefault(qualifier, []).append(f"its variable {variable}")
    return how


def _by_policy(function: Function, role: Role | None, arn: str) -> dict[str, list[str]]:
    """Return the qualifiers that the policy of a function's role names; a variable says more, where there is one."""
    how: dict[str, list[str]] = {}
    for pattern in role.names if role else ():
        how.setdefault(_qualifier(function, pattern), []).append(f"the policy of its role {Arn.parse(arn).last}")
    return how


def _qualifier(function: Function, pattern: str) -> str:
    """Return the qualifier that a policy's pattern is limited to; "" where it leaves that open."""
    name = named.qualifier(function, pattern)
    return name if name and not set("*?") & set(name) else ""


def _sent(aws: Aws, function: Function, other: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    arn, name, role = other["FunctionArn"], other["FunctionName"], other.get("Role", "")
    settings = aws.pages("lambda", "list_function_event_invoke_configs", "FunctionEventInvokeConfigs", FunctionName=arn)
    for each in settings:
        sender = each["FunctionArn"].removeprefix(arn).lstrip(":")
        for outcome in ("OnSuccess", "OnFailure"):
            sent = ((each.get("DestinationConfig") or {}).get(outcome) or {}).get("Destination") or ""
            qualifier = named.qualifier(function, sent)
            if qualifier is not None:
                whole = f"{name}:{sender}" if sender not in ("", "$LATEST") else name
                details = destination.Settings(
                    source=each["FunctionArn"],
                    detail=f"by {outcome}",
                    sender=name,
                    sending=sender or "$LATEST",
                    outcome=outcome,
                    role=role,
                    function=sent,
                )
                identity = f"{each['FunctionArn']}/{outcome}"
                yield Trigger(destination.KIND, identity, whole, qualifier, details)
