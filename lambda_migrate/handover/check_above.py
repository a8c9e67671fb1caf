"""What a deployment does to what a flip stands on: the function, an API, a topic. The flip goes with it.

An API that is made from an OpenAPI document has all of its integrations replaced whenever that changes:
PutRestApi in API Gateway's reference, ReimportApi in that of HTTP APIs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.aws.arn import function_name
from lambda_migrate.declarations.model import mapping, sequence
from lambda_migrate.handover.finding import Finding, leads_past, worst
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.terraform_module import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambda_migrate.handover.model import Flip

_FUNCTION, _DELETED = "aws_lambda_function", "is deleted or replaced, and what was flipped goes with it"
_APIS = {"aws_apigatewayv2_api": "api_id", "aws_api_gateway_rest_api": "rest_api_id"}
_IDS = {_FUNCTION: "function_name", "aws_sns_topic": "arn", **dict.fromkeys(_APIS, "id")}
"""What flips stand on, as Terraform calls it, and the attribute that has its id."""

_STACKED = {
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::SNS::Topic": "aws_sns_topic",
    "AWS::ApiGatewayV2::Api": "aws_apigatewayv2_api",
    "AWS::ApiGateway::RestApi": "aws_api_gateway_rest_api",
}
_WRITTEN, _BODIES = ("body", "target"), ("Body", "BodyS3Location", "Target")
"""What makes integrations of an API: its document, or the one function that a quick create was given."""


def function_of(things: Iterable[Flip]) -> str:
    """Return the name of the function that flips are about, "" where none says."""
    known = [each.terraform for each in things if each.terraform]
    named = [name for each in known if (name := each.identity.get("function_name"))]
    values = (value for each in known for value in each.attributes.values())
    led = (str(value.value) for value in values if isinstance(value, Reference) and ":function:" in value.value)
    return next(iter(named), "") or next(map(function_name, led), "")


def in_plan(changes: Iterable[Mapping[str, object]], flip: Flip, told: Finding, function: str) -> Finding:
    """Return the finding about a flip, or what is worse of what it stands on.

    Args:
        changes: `resource_changes` of a plan of Terraform.
        flip: The flip.
        told: What the plan says of the flip itself.
        function: The function's name.
    """
    return worst((told, *(each for one in changes if (each := _by_change(one, flip, function)))), told)


def _by_change(each: Mapping[str, object], flip: Flip, function: str) -> Finding | None:
    kind, change = str(each.get("type")), mapping(each.get("change"))
    before, after = mapping(change.get("before")), mapping(change.get("after"))
    if kind not in _IDS or not _stands_on(flip, kind, str(before.get(_IDS[kind])), function):
        return None
    address, actions = str(each.get("address", kind)), sequence(change.get("actions"))
    if "delete" in actions:
        return Finding(flip.what, "undoes", f"{address} {_DELETED}")
    later = mapping(change.get("after_unknown"))
    names = [name for name in _WRITTEN if before.get(name) != after.get(name) or later.get(name) is True]
    if kind not in _APIS or not _has_integrations(flip) or not names:
        return None
    return _by_bodies([None if later.get(name) is True else after.get(name) for name in names], flip, address)


def in_log(kind: str, action: str) -> bool:
    """Return whether a line of a plan's log may say that flips go: it does not say which function or API it is about.

    Args:
        kind: The type of the resource.
        action: What becomes of it.
    """
    return kind in _IDS and (action in ("delete", "replace") or (kind in _APIS and action == "update"))


def in_change_set(resources: Iterable[Mapping[str, object]], flip: Flip, told: Finding, function: str) -> Finding:
    """Return the finding about a flip, or what is worse of what it stands on.

    Args:
        resources: `ResourceChange` of each change.
        flip: The flip.
        told: What the change set says of the flip itself.
        function: The function's name.
    """
    return worst((told, *(each for one in resources if (each := _by_resource(one, flip, function)))), told)


def _by_resource(each: Mapping[str, object], flip: Flip, function: str) -> Finding | None:
    kind = _STACKED.get(str(each.get("ResourceType")), "")
    if not kind or not _stands_on(flip, kind, str(each.get("PhysicalResourceId")), function):
        return None
    name, action, replaced = str(each.get("LogicalResourceId", kind)), each.get("Action"), each.get("Replacement")
    if (action == "Remove" and each.get("PolicyAction") != "Retain") or replaced == "True":
        return Finding(flip.what, "undoes", f"{name} {_DELETED}")
    if action == "Dynamic" or replaced == "Conditional":
        return Finding(flip.what, "unknown", f"{name}: whether it is replaced is known only after the deployment")
    targets = [mapping(mapping(detail).get("Target")) for detail in sequence(each.get("Details"))]
    bodies = [target.get("AfterValue") for target in targets if target.get("Name") in _BODIES]
    if kind not in _APIS or not _has_integrations(flip) or not bodies:
        return None
    return _by_bodies(bodies, flip, name)


def _stands_on(flip: Flip, kind: str, known: str, function: str) -> bool:
    mine = flip.terraform
    if mine is None:
        return False
    if kind == _FUNCTION:
        led = any(isinstance(value, Reference) for _, value in leaves(mine.attributes))
        return known == function and (led or "function_name" in mine.identity)
    topic = mine.attributes.get("topic_arn", mine.identity.get("topic_arn"))
    return known == (mine.identity.get(_APIS[kind]) if kind in _APIS else topic)


def _has_integrations(flip: Flip) -> bool:
    return flip.terraform is not None and not flip.terraform.type.endswith("_stage")


def _by_bodies(bodies: Sequence[object], flip: Flip, name: str) -> Finding | None:
    told = [one for body in bodies if (one := _by_body(body, flip, name))]
    return worst(told, told[0]) if told else None


def _by_body(body: object, flip: Flip, name: str) -> Finding | None:
    """Return what the document of an API does to a flip; None where all of it leads where the flip leads."""
    goals = flip.terraform.attributes.values() if flip.terraform else ()
    goal = next((str(each.value) if isinstance(each, Reference) else str(each) for each in goals), "")
    text = body if isinstance(body, str) else json.dumps(body)
    if body is None or not goal or "{{changeSet:" in text:
        return Finding(flip.what, "unknown", f"{name} gets another body: it does not say where that leads")
    if goal not in text:
        return Finding(flip.what, "undoes", f"{name} gets another body, which does not lead to {goal}")
    if leads_past(text, goal):
        return Finding(flip.what, "unknown", f"{name} gets another body, which leads to the function itself too")
    return None
