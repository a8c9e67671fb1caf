"""Asks for permissions by the names that AWS gives them, and on the resources that AWS looks at.

MiniStack takes an alias that is read for a listing of aliases, and one that is moved too. The names are those of the
operations in botocore's model, the path decides which ("Actions, resources, and condition keys for AWS Lambda"). Of
load balancers it knows neither rules nor the names of new target groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ministack.core import iam_actions

if TYPE_CHECKING:
    from collections.abc import Callable

_RENAMED = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}
_ONE, _ALL = "GetProvisionedConcurrencyConfig", "ListProvisionedConcurrencyConfigs"


def install() -> None:
    """Have MiniStack ask so."""
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]
    iam_actions._lambda_action = _action
    iam_actions.extract_iam_action = _of_lists(iam_actions.extract_iam_action)
    iam_actions.extract_resource_arn = _resources(iam_actions.extract_resource_arn)


def _action(method: str, path: str) -> str | None:
    name = iam_actions._match_rest_action("lambda", method, path)
    return None if name is None else _RENAMED.get(name, str(name))


def _of_lists(theirs: Callable[..., str | None]) -> Callable[..., str | None]:
    """Return what names the action of a call: one list has the path of a look at one of its items."""

    def action(
        service: str, method: str, path: str, headers: dict[str, Any], body: bytes, query: dict[str, Any]
    ) -> Any:
        named = theirs(service, method, path, headers, body, query)
        listed = named == f"lambda:{_ONE}" and query.get("List")
        return f"lambda:{_ALL}" if listed else named

    return action


def _resources(theirs: Callable[..., str]) -> Callable[..., str]:
    """Return what finds the resource of a call: qualifiers and versions of layers are part of it."""

    def resource(
        service: str,
        method: str,
        path: str,
        headers: dict[str, Any],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        arn = theirs(service, method, path, headers, body, query_params, region, account_id)
        if service == "elasticloadbalancing":
            return _balanced(arn, query_params, f"arn:aws:elasticloadbalancing:{region}:{account_id}")
        if service != "lambda":
            return arn
        qualifier = query_params.get("Qualifier")
        name = qualifier[0] if isinstance(qualifier, list) else qualifier
        if name and ":function:" in arn:
            return f"{arn}:{name}"
        _layers, _, version = unquote(path).partition("/layers/")[2].partition("/versions/")
        return f"{arn}:{version.partition('/')[0]}" if version else arn

    return resource


def _balanced(arn: str, query_params: dict[str, Any], place: str) -> str:
    """Return the resource of a call about load balancers: the rule that changes, the target group that is made."""
    rule = iam_actions._query_param(query_params, "RuleArn")
    if rule:
        return str(rule)
    made = iam_actions._query_param(query_params, "Action") == "CreateTargetGroup"
    return f"{place}:targetgroup/{iam_actions._query_param(query_params, 'Name')}/0" if made else arn
