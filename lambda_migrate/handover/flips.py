"""From what stands in the ledger to flips: one function for each kind of action whose outcome has an owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.references import MARKER
from lambda_migrate.handover import flips_of_apis, flips_of_balancers, flips_of_events, flips_of_others
from lambda_migrate.handover.model import CloudFormation, Flip, Terraform
from lambda_migrate.handover.naming import name_of, overtaken, pointed, said, told_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_migrate.actions import Action

PASSING = frozenset(
    {
        "publish_version",
        "publish_layer",
        "configure_latest",
        "restore_latest",
        "pin_original",
        "pin_version",
        "schedule_return",
        "rehearse_route",
        "end_rehearsal",
        "create_deployment",
        "save_backup",
        "set_signing_keys",
    }
)
"""Kinds whose outcome nobody's code says: versions, the guard, our own pins, deployments."""


def flips(actions: Iterable[Action]) -> tuple[Flip, ...]:
    """Return what stands, each thing once, as its latest action left it.

    Args:
        actions: Those that stand, in the order they were applied.
    """
    things: dict[str, Flip] = {}
    for action in actions:
        if action.kind in PASSING:
            continue
        flips_of_balancers.complete(things, action)
        if action.kind in flips_of_balancers.PARTS:
            continue
        made = told_apart(FLIPS.get(action.kind, _by_hand)(action), things)
        for name in [name for name, each in things.items() if overtaken(each, made)]:
            del things[name]
        earlier = things.pop(made.name, None)
        things[made.name] = made if earlier is None or not earlier.made else _still_made(made)
    return tuple(things.values())


def _still_made(flip: Flip) -> Flip:
    return replace(flip, made=True)


def _by_hand(action: Any) -> Flip:
    """Return what nobody has written down for any tool; what was made, no deployment knows of, and none undoes."""
    return Flip(name_of(action.kind, action.describe()), action.describe(), made=action.symbol == "+")


def _alias(action: Any) -> Flip:
    return _alias_at(action, action.alias, action.version, {}, made=True)


def _weights(action: Any) -> Flip:
    return _alias_at(action, action.alias, action.after["version"], action.after["weights"], made=False)


def _alias_at(action: Any, alias: str, version: str, weights: dict[str, float], *, made: bool) -> Flip:
    routing = {"AdditionalVersionWeights": [{"FunctionVersion": n, "FunctionWeight": w} for n, w in weights.items()]}
    known = not version.startswith(MARKER)  # a version that the same plan published has its number in AWS alone
    weights = {} if any(each.startswith(MARKER) for each in weights) else weights
    return Flip(
        name_of(alias, "alias"),
        f"alias {alias} of {action.function} decides which version answers",
        Terraform(
            "aws_lambda_alias",
            f"{action.function}/{alias}",
            {"function_name": action.function, "name": alias},
            {"name": alias, "function_name": action.function} | ({"function_version": version} if known else {}),
            ("function_version", "routing_config"),
        ),
        CloudFormation(
            "AWS::Lambda::Alias",
            alias,
            {"AliasArn": ""},
            {"Name": alias, "FunctionName": action.function}
            | ({"FunctionVersion": version} if known else {})
            | ({"RoutingConfig": routing} if weights else {}),
        ),
        made=made,
    )


def _permission(action: Any) -> Flip:
    statement = action.statement
    principal = statement.get("Principal", "*")
    who = principal if isinstance(principal, str) else next(iter(principal.values()), "*")
    source = _source(statement)
    sid, where = str(statement.get("Sid", "")), f"{action.function}:{action.qualifier}"
    attributes = {
        "statement_id": sid,
        "action": str(statement.get("Action", "lambda:InvokeFunction")),
        "function_name": action.function,
        "qualifier": action.qualifier,
        "principal": str(who),
    }
    properties = {"Action": attributes["action"], "FunctionName": where, "Principal": str(who)}
    return Flip(
        name_of(action.qualifier, "from", str(who).partition(".")[0], sid),
        action.describe(),
        Terraform(
            "aws_lambda_permission",
            f"{where}/{sid}",
            {"statement_id": sid, "function_name": action.function},
            attributes | ({"source_arn": source} if source else {}),
        ),
        CloudFormation(
            "AWS::Lambda::Permission",
            sid,
            {"FunctionName": where, "Id": sid},
            properties | ({"SourceArn": source} if source else {}),
        ),
        made=True,
    )


def _source(statement: dict[str, Any]) -> str:
    """Return the ARN of the source that a statement allows; "" where it names none."""
    for tests in (statement.get("Condition") or {}).values():
        for key, value in tests.items():
            if key.lower() == "aws:sourcearn" and isinstance(value, str):
                return value
    return ""


def _integration(action: Any) -> Flip:
    return Flip(
        name_of(action.name, "integration"),
        action.describe(),
        Terraform(
            "aws_apigatewayv2_integration",
            f"{action.api_id}/{action.integration_id}",
            {"api_id": action.api_id, "id": action.integration_id},
            {"integration_uri": pointed(action.after, "invoke_arn")},
        ),
        CloudFormation(
            "AWS::ApiGatewayV2::Integration",
            action.integration_id,
            {"ApiId": action.api_id, "IntegrationId": action.integration_id},
            {"IntegrationUri": pointed(action.after)},
        ),
        source=action.name,
    )


def _async(action: Any) -> Flip:
    settings = action.after or {}
    attributes = {
        "function_name": action.function,
        "qualifier": action.qualifier,
        "maximum_retry_attempts": settings.get("MaximumRetryAttempts"),
        "maximum_event_age_in_seconds": settings.get("MaximumEventAgeInSeconds"),
    }
    properties = {
        "FunctionName": action.function,
        "Qualifier": action.qualifier,
        "MaximumRetryAttempts": settings.get("MaximumRetryAttempts"),
        "MaximumEventAgeInSeconds": settings.get("MaximumEventAgeInSeconds"),
    }
    return Flip(
        name_of(action.qualifier, "retries"),
        action.describe(),
        Terraform(
            "aws_lambda_function_event_invoke_config",
            f"{action.function}:{action.qualifier}",
            {"function_name": action.function, "qualifier": action.qualifier},
            said(attributes),
        ),
        CloudFormation(
            "AWS::Lambda::EventInvokeConfig",
            action.qualifier,
            {"FunctionName": action.function, "Qualifier": action.qualifier},
            said(properties),
        ),
        made=True,
    )


FLIPS: dict[str, Callable[[Any], Flip]] = {
    "create_alias": _alias,
    "shift_weight": _weights,
    "grant_permission": _permission,
    "set_async_settings": _async,
    "point_integration": _integration,
    "point_websocket_integration": _integration,
    **flips_of_apis.FLIPS,
    **flips_of_balancers.FLIPS,
    **flips_of_events.FLIPS,
    **flips_of_others.FLIPS,
}
"""What an owner's code says of the outcome of a kind of action; what is not here has to be written by hand."""
