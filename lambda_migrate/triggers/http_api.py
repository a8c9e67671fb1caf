"""HTTP APIs of API Gateway: one trigger for each integration of the function.

To the alias: the integration's URI changes in place, so that its routes move all at once. To the service: an
``HTTP_PROXY`` integration is made next to it and each route is pointed at that; the old integration stays, so the way
back is to point the route back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.engine.blocker import Blocker
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import NotFound
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import policy
from lambda_migrate.triggers.base import Flip, Trigger
from lambda_migrate.triggers.http_api_path import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination

KIND = "http_api"
PRINCIPALS: tuple[str, ...] = ("apigateway.amazonaws.com",)

MARKER = "lambda-migrate direct "
"""How the descriptions of integrations begin that go straight to the service."""

_API_ID = re.compile(r"^arn:[^:]+:execute-api:[^:]*:[^:]*:([^/*?]+)")
_ROUTE_FIELDS = ("RouteId", "RouteKey", "Target", "AuthorizationType")
_MAXIMUM_TIMEOUT = 30_000
"""Milliseconds that an HTTP API waits for an integration at most (quotas of API Gateway)."""


def find(aws: Aws, function: Function) -> Iterator[Trigger]:
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
    partition, region, account = (function.arn.split(":")[part] for part in (1, 3, 4))
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}"


def _rest_api(aws: Aws, function: Function, api_id: str) -> Iterator[Trigger]:
    try:
        api = aws.call("apigateway", "get_rest_api", restApiId=api_id)
    except NotFound:
        return
    yield Trigger("rest_api", api_id, api.get("name", api_id), settings={"source": _source(function, api_id)})


def _integrations(aws: Aws, function: Function, api: dict[str, Any]) -> Iterator[Trigger]:
    api_id = api["ApiId"]
    ours, made, direct = [], set(), set()
    for integration in aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=api_id):
        if integration.get("Description", "").startswith(MARKER):
            made.add(integration["Description"])
            direct.add(f"integrations/{integration['IntegrationId']}")
        qualifier = _qualifier(function, integration.get("IntegrationUri", ""))
        if qualifier is not None:
            ours.append((integration, qualifier))
    if not ours:
        return
    routes = [_route(route) for route in aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api_id)]
    known = direct | {f"integrations/{integration['IntegrationId']}" for integration, _ in ours}
    stages = [
        {"name": stage["StageName"], "automatic": bool(stage.get("AutoDeploy"))}
        for stage in aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api_id)
    ]
    for integration, qualifier in ours:
        identity = integration["IntegrationId"]
        own = [route for route in routes if route.get("Target") == f"integrations/{identity}"]
        settings = {
            "source": _source(function, api_id),
            "api": api_id,
            "integration": identity,
            "uri": integration["IntegrationUri"],
            "role": integration.get("CredentialsArn") or "",
            "timeout": integration.get("TimeoutInMillis") or _MAXIMUM_TIMEOUT,
            "routes": sorted(own, key=lambda route: str(route["RouteKey"])),
            "stages": sorted(stages, key=lambda stage: str(stage["name"])),
            "made": sorted(made),
            "others": sorted(str(route["RouteKey"]) for route in routes if route.get("Target") not in known),
        }
        kind = KIND if api.get("ProtocolType", "HTTP") == "HTTP" else "websocket_api"
        name = str(api.get("Name") or api_id)
        yield Trigger(kind, f"{api_id}/{identity}", name, qualifier, settings, enabled=bool(own))


def _route(route: dict[str, Any]) -> dict[str, Any]:
    return {field: route[field] for field in _ROUTE_FIELDS if field in route}


def _authorizers(aws: Aws, function: Function, api: dict[str, Any]) -> Iterator[Trigger]:
    for authorizer in aws.pages("apigatewayv2", "get_authorizers", "Items", ApiId=api["ApiId"]):
        qualifier = _qualifier(function, authorizer.get("AuthorizerUri") or "")
        if qualifier is not None:
            identity = f"{api['ApiId']}/{authorizer['AuthorizerId']}"
            settings = {"source": _source(function, api["ApiId"])}
            yield Trigger("http_api_authorizer", identity, str(authorizer.get("Name", identity)), qualifier, settings)


def _qualifier(function: Function, uri: str) -> str | None:
    """Return which qualifier an integration's URI invokes; API Gateway takes the ARN alone or within a longer one."""
    wrapped = re.search(r"/functions/(.+)/invocations$", uri)
    return function.qualifier_of(wrapped[1] if wrapped else uri)


def to_alias(trigger: Trigger, function: Function, alias: str) -> Flip:
    """Point the integration at the alias."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    after = re.sub(f"{re.escape(function.arn)}(:[$]LATEST)?", target, settings["uri"])
    action = PointIntegration(settings["api"], settings["integration"], trigger.name, settings["uri"], after)
    step = Step("", action, "its routes reach the alias", KIND)
    return Flip((step,), (*_deployed_by_hand(trigger), *_by_role(trigger, target)))


def _by_role(trigger: Trigger, target: str) -> tuple[Blocker, ...]:
    role = trigger.settings["role"]
    if not role:
        return ()
    text = (
        f"HTTP API `{trigger.name}` invokes as role `{role}`; see that the role may invoke `{target}`, then accept this"
    )
    return (Blocker("http-api-role", text, trigger.name),)


def _deployed_by_hand(trigger: Trigger) -> tuple[Blocker, ...]:
    return tuple(
        Blocker(
            "http-api-deployed-by-hand",
            f"stage `{stage['name']}` of HTTP API `{trigger.name}` does not deploy by itself, so nothing would move;"
            " switch on its automatic deployment",
            trigger.name,
        )
        for stage in trigger.settings["stages"]
        if not stage["automatic"]
    )


def to_service(trigger: Trigger, _function: Function, destination: Destination) -> Flip:
    """Point every route at the service, through one integration."""
    api, stages = trigger.settings["api"], [stage["name"] for stage in trigger.settings["stages"]]
    blockers = (*_deployed_by_hand(trigger), *_shared(trigger))
    path = mapping(stages)
    if path is None:
        return Flip(blockers=(*blockers, _several_stages(trigger, stages)))
    settings = _integration(trigger, destination, path)
    marker = f"{MARKER}{sha256(settings)[:16]}"
    made = Step("", CreateIntegration(api, marker, settings), "the way to the service", KIND)
    pointed = (
        Step(
            "",
            PointRoute(api, route["RouteId"], route["RouteKey"], route["Target"], f"marker:{marker}"),
            "its requests go straight to the service",
            KIND,
        )
        for route in trigger.settings["routes"]
    )
    preparation = () if marker in trigger.settings["made"] else (made,)
    return Flip(tuple(pointed), blockers, _authorization(trigger), preparation)


def _several_stages(trigger: Trigger, stages: list[str]) -> Blocker:
    named = ", ".join(f"`{stage}`" for stage in stages)
    text = f"HTTP API `{trigger.name}` has the stages {named}, whose paths begin differently; leave it one stage"
    return Blocker("http-api-stages", text, trigger.name)


def _shared(trigger: Trigger) -> tuple[Blocker, ...]:
    """Return a blocker where the API's metrics count the requests of routes that are not the function's too."""
    others = trigger.settings.get("others", [])
    if not others:
        return ()
    named = ", ".join(f"`{route}`" for route in others[:3]) + (" …" if len(others) > 3 else "")  # noqa: PLR2004  # enough to see which
    text = (
        f"HTTP API `{trigger.name}` has routes of others ({named}), whose requests its metrics count too; a verdict"
        " could take those for the function's: accept this if you watch the function's own"
    )
    return (Blocker("http-api-shared", text, trigger.name),)


def source_metrics(trigger: Trigger) -> SourceMetrics:
    """Return what the API counts ("Monitor CloudWatch metrics for HTTP APIs", API Gateway developer guide).

    5xx is the service's failure, or API Gateway's to reach it. 4xx is part of every API's life, but a wrong path is
    answered 404 to everything: only what is answered well proves that the service is reached.
    """
    return SourceMetrics(
        "AWS/ApiGateway",
        {"ApiId": trigger.settings["api"]},
        tried={"Count": 1},
        reached={"Count": 1, "4xx": -1, "5xx": -1},
        failed={"5xx": 1},
        suspect={"4xx": 1},
        arrived="were answered well",
        failing="were answered 5xx",
        suspicious="were answered 4xx",
    )


def _integration(trigger: Trigger, destination: Destination, path: str) -> dict[str, Any]:
    return {
        "ConnectionType": "INTERNET",
        "IntegrationMethod": "ANY",
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": destination.url,
        "PayloadFormatVersion": "1.0",
        "RequestParameters": {"overwrite:path": path},
        "TimeoutInMillis": trigger.settings["timeout"],
    }


def _authorization(trigger: Trigger) -> tuple[str, ...]:
    return tuple(
        f"route `{route['RouteKey']}` of HTTP API `{trigger.name}` is authorized by API Gateway"
        f" ({route['AuthorizationType']}): the service gets no `requestContext.authorizer` from it"
        for route in trigger.settings["routes"]
        if route.get("AuthorizationType", "NONE") != "NONE"
    )


def clean_up(_trigger: Trigger) -> Sequence[Step]:
    """Nothing: an integration without routes does nothing and costs nothing."""
    return ()
