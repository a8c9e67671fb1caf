"""APIs of API Gateway that may invoke the function: those that its policy names, or all, where nothing says which.

HTTP and WebSocket APIs are in :mod:`.http_apis`, REST APIs in :mod:`.rest_apis`: one id is of one of them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotFound
from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders import http_apis, rest_apis
from lambda_migrate.inventory.finders.one_by_one import Named, look_at_each
from lambda_migrate.inventory.finders.stages import source
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.http_api import PRINCIPALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers.base import Settings, Trigger

    Found = Iterator[Trigger[Settings]]

__all__ = ["PRINCIPALS", "find_by_role"]

LISTING = "API Gateway"
CALLS = (
    "apigatewayv2:GetApi",
    "apigatewayv2:GetApis",
    "apigateway:GetRestApi",
    "apigateway:GetRestApis",
    *http_apis.CALLS,
    *rest_apis.CALLS,
)
"""What it calls, from which the policies of IAM are made."""

_API_ID = re.compile(r"^arn:[^:]+:execute-api:[^:]*:[^:]*:([^/*?]+)")


def find_by_role(aws: Aws, function: Function, grants: Grants) -> Found:
    """Yield the integrations and authorizers that invoke the function.

    The APIs are those that the resource policy names; all of the region's where a statement names none, or where a role
    that API Gateway can assume may invoke the function: then an API needs no permission.
    """
    arns = policy.sources(function, PRINCIPALS)
    named = sorted({match[1] for arn in arns if (match := _API_ID.match(arn))})
    for triggers in concurrently.ask(aws, partial(_of_id, aws, function), named):
        yield from triggers
    by_role, by_pattern = any(map(grants.through, PRINCIPALS)), not all(map(_API_ID.match, arns))
    if by_role or by_pattern:
        yield from looked(LISTING, partial(_others, aws, function, set(named), permitted=by_pattern))


def _of_id(aws: Aws, function: Function, api_id: str) -> list[Trigger[Settings]]:
    """Return what an API invokes that a permission names; nothing where it does not exist any more."""

    def look() -> Found:
        try:
            api = aws.call("apigatewayv2", "get_api", ApiId=api_id)
        except NotFound:
            yield from _of_rest_api(aws, function, api_id)
            return
        yield from http_apis.of_api(aws, function, api, deployed=True)

    return list(looked(f"API {api_id}", look, source=source(function, api_id), identity=api_id))


def _of_rest_api(aws: Aws, function: Function, api_id: str) -> Found:
    try:
        api = aws.call("apigateway", "get_rest_api", restApiId=api_id)
    except NotFound:
        return
    yield from rest_apis.of_api(aws, function, {"id": api_id, **api}, deployed=True)


def _others(aws: Aws, function: Function, named: set[str], *, permitted: bool) -> Found:
    """Yield what all other APIs invoke, as they stand: a call or two for each."""
    listed = [each for each in aws.pages("apigatewayv2", "get_apis", "Items") if each["ApiId"] not in named]
    others = [each for each in aws.pages("apigateway", "get_rest_apis", "items", limit=500) if each["id"] not in named]
    http = partial(http_apis.of_api, aws, function, permitted=permitted)
    rest = partial(rest_apis.of_api, aws, function, permitted=permitted)
    for what, apis, key, look in (("HTTP APIs", listed, "ApiId", http), ("REST APIs", others, "id", rest)):
        yield from look_at_each(aws, what, apis, look, partial(_named, function, key))


def _named(function: Function, key: str, api: dict[str, Any]) -> Named:
    return Named(f"API {api[key]}", source(function, api[key]), api[key])
