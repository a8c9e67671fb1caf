"""APIs of API Gateway: integrations of HTTP and WebSocket APIs, their authorizers, and REST APIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.errors import NotFound
from lambda_migrate.triggers import base, http_api, http_api_front, policy
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.http_api import MARKER, MAXIMUM_TIMEOUT, PRINCIPALS, Route, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

__all__ = ["PRINCIPALS", "find"]

_REST, _WEBSOCKET, _AUTHORIZER = "rest_api", "websocket_api", "http_api_authorizer"
_API_ID = re.compile(r"^arn:[^:]+:execute-api:[^:]*:[^:]*:([^/*?]+)")


def find(aws: Aws, function: Function) -> Iterator[Trigger[base.Settings]]:
    """Yield the integrations of HTTP APIs, and what else API Gateway has: authorizers, WebSocket and REST APIs.

    APIs are those that the resource policy names; all of the region's where it names none.
    """
    for api_id in sorted(_api_ids(aws, function)):
        try:
            api = aws.call("apigatewayv2", "get_api", ApiId=api_id)
        except NotFound:
            yield from _rest_api(aws, function, api_id)
            continue
        yield from _integrations(aws, function, api)
        yield from _authorizers(aws, function, api)


def _api_ids(aws: Aws, function: Function) -> set[str]:
    ids = set()
    for arn in policy.sources(function, PRINCIPALS):
        match = _API_ID.match(arn)
        if match:
            ids.add(match[1])
        else:
            ids |= {api["ApiId"] for api in aws.pages("apigatewayv2", "get_apis", "Items")}
    return ids


def _source(function: Function, api_id: str) -> str:
    partition, _lambda, region, account, _name = Arn.parse(function.arn)
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}"


def _rest_api(aws: Aws, function: Function, api_id: str) -> Iterator[Trigger[base.Settings]]:
    try:
        api = aws.call("apigateway", "get_rest_api", restApiId=api_id)
    except NotFound:
        return
    settings = base.Settings(source=_source(function, api_id))
    yield Trigger(_REST, api_id, api.get("name", api_id), "", settings)


def _integrations(aws: Aws, function: Function, api: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    api_id, name = api["ApiId"], str(api.get("Name") or api["ApiId"])
    integrations = list(aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=api_id))
    reached = {each["IntegrationId"]: _qualifier(function, each.get("IntegrationUri", "")) for each in integrations}
    ours = {identity: qualifier for identity, qualifier in reached.items() if qualifier is not None}
    if not ours:
        return
    routes = sorted(_routes(aws, api_id), key=lambda route: route.key)
    direct = {each["IntegrationId"]: each["Description"] for each in integrations if _is_direct(each)}
    known = {f"integrations/{identity}" for identity in (*ours, *direct)}
    listed = sorted(aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api_id), key=lambda each: each["StageName"])
    stages = tuple(Stage(str(each["StageName"]), automatic=bool(each.get("AutoDeploy"))) for each in listed)
    for integration in integrations:
        identity = integration["IntegrationId"]
        if identity not in ours:
            continue
        own = tuple(route for route in routes if route.target == f"integrations/{identity}")
        settings = base.Settings(source=_source(function, api_id))
        kind = _WEBSOCKET
        if api.get("ProtocolType", "HTTP") == "HTTP":
            kind = http_api.KIND
            settings = http_api.Settings(
                source=settings.source,
                api=api_id,
                integration=identity,
                uri=integration["IntegrationUri"],
                role=integration.get("CredentialsArn") or "",
                timeout=integration.get("TimeoutInMillis") or MAXIMUM_TIMEOUT,
                routes=own,
                stages=stages,
                markers=tuple(sorted(set(direct.values()))),
                other_routes=tuple(route.key for route in routes if route.target not in known),
                endpoint="" if api.get("DisableExecuteApiEndpoint") else str(api.get("ApiEndpoint") or ""),
                features=http_api_front.features(api, listed),
                requests=dict(integration.get("RequestParameters") or {}),
                answers=dict(integration.get("ResponseParameters") or {}),
                tls=dict(integration.get("TlsConfig") or {}),
            )
        yield Trigger(kind, f"{api_id}/{identity}", name, ours[identity], settings, enabled=bool(own))


def _is_direct(integration: dict[str, Any]) -> bool:
    """Return whether an integration leads straight to the service."""
    return str(integration.get("Description", "")).startswith(MARKER)


def _routes(aws: Aws, api_id: str) -> Iterator[Route]:
    for route in aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api_id):
        authorization = route.get("AuthorizationType", "NONE")
        yield Route(route["RouteId"], str(route["RouteKey"]), route.get("Target", ""), authorization)


def _authorizers(aws: Aws, function: Function, api: dict[str, Any]) -> Iterator[Trigger[base.Settings]]:
    for authorizer in aws.pages("apigatewayv2", "get_authorizers", "Items", ApiId=api["ApiId"]):
        qualifier = _qualifier(function, authorizer.get("AuthorizerUri") or "")
        if qualifier is not None:
            identity = f"{api['ApiId']}/{authorizer['AuthorizerId']}"
            settings = base.Settings(source=_source(function, api["ApiId"]))
            yield Trigger(_AUTHORIZER, identity, str(authorizer.get("Name", identity)), qualifier, settings)


def _qualifier(function: Function, uri: str) -> str | None:
    """Return which qualifier an integration's URI invokes; API Gateway takes the ARN alone or within a longer one."""
    wrapped = re.search(r"/functions/(.+)/invocations$", uri)
    return function.qualifier_of(wrapped[1] if wrapped else uri)
