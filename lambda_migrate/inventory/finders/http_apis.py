"""HTTP and WebSocket APIs: their integrations and authorizers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders import stages
from lambda_migrate.inventory.finders.stages import has_variables as _varies
from lambda_migrate.inventory.finders.unlooked import looked, unlooked
from lambda_migrate.triggers import base, http_api, http_api_front
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import ApiSettings
from lambda_migrate.triggers.http_api import MARKER, MAXIMUM_TIMEOUT, Route, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

BY_VARIABLE, WEBSOCKET = "http_api_variable", "websocket_api"
AUTHORIZERS = {"HTTP": "http_api_authorizer", "WEBSOCKET": "websocket_api_authorizer"}


def of_api(
    aws: Aws, function: Function, api: dict[str, Any], *, deployed: bool = False, permitted: bool = True
) -> Iterator[Trigger[base.Settings]]:
    """Yield what an API invokes of the function.

    Args:
        aws: Where to look.
        function: The function.
        api: As ``get_api`` and ``get_apis`` describe it.
        deployed: Look at what its stages have deployed too, where the API as it stands does not name the function.
        permitted: Whether the function's policy lets it in; without, what only a stage can tell has to have a role.
    """
    api_id = api["ApiId"]
    integrations = list(aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=api_id))
    authorizers = list(aws.pages("apigatewayv2", "get_authorizers", "Items", ApiId=api_id))
    if not permitted:
        integrations = [each for each in integrations if each.get("CredentialsArn") or not _varies(_uri(each))]
        authorizers = [each for each in authorizers if not _varies(each.get("AuthorizerUri") or "")]
    uris = [*(_uri(each) for each in integrations), *(each.get("AuthorizerUri") or "" for each in authorizers)]
    ours = any(stages.qualifier(function, uri) is not None for uri in uris)
    staged = deployed or ours or any(map(_varies, uris))
    listed = list(aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api_id)) if staged else []
    listed.sort(key=lambda stage: str(stage["StageName"]))
    routes = [
        *_integrations(aws, function, api, integrations, listed),
        *_authorizers(function, api, authorizers, listed),
    ]
    yield from routes
    if deployed and not routes:
        yield from _deployed(aws, function, api, listed)


def _settings(
    function: Function,
    api: dict[str, Any],
    integration: dict[str, Any],
    listed: list[dict[str, Any]],
    routes: tuple[Route, ...],
) -> http_api.Settings:
    """Return what one integration is like; of the others it knows nothing."""
    return http_api.Settings(
        source=stages.source(function, api["ApiId"]),
        api=api["ApiId"],
        integration=integration["IntegrationId"],
        uri=integration["IntegrationUri"],
        role=integration.get("CredentialsArn") or "",
        timeout=integration.get("TimeoutInMillis") or MAXIMUM_TIMEOUT,
        routes=routes,
        stages=tuple(map(_stage, listed)),
        endpoint="" if api.get("DisableExecuteApiEndpoint") else str(api.get("ApiEndpoint") or ""),
        features=http_api_front.features(api, listed),
        requests=dict(integration.get("RequestParameters") or {}),
        answers=dict(integration.get("ResponseParameters") or {}),
        tls=dict(integration.get("TlsConfig") or {}),
    )


def _uri(integration: dict[str, Any]) -> str:
    return str(integration.get("IntegrationUri") or "")


def _variables(listed: list[dict[str, Any]]) -> list[stages.Stage]:
    return [stages.Stage(str(each["StageName"]), each.get("StageVariables") or {}) for each in listed]


def _integrations(
    aws: Aws,
    function: Function,
    api: dict[str, Any],
    integrations: list[dict[str, Any]],
    listed: list[dict[str, Any]],
) -> Iterator[Trigger[base.Settings]]:
    variables = _variables(listed)
    reached = {each["IntegrationId"]: list(stages.invoked(function, _uri(each), variables)) for each in integrations}
    reached = {identity: invoked for identity, invoked in reached.items() if invoked}
    if not reached:
        return
    routes = sorted(_routes(aws, api["ApiId"]), key=lambda route: route.key)
    direct = {each["IntegrationId"]: each["Description"] for each in integrations if _is_direct(each)}
    known = {f"integrations/{identity}" for identity in (*reached, *direct)}
    others = tuple(route.key for route in routes if route.target not in known)
    for integration in integrations:
        own = tuple(route for route in routes if route.target == f"integrations/{integration['IntegrationId']}")
        for invoked in reached.get(integration["IntegrationId"], ()):
            if invoked.unknown:
                yield _unknown(function, api, invoked)
            elif invoked.stage or api.get("ProtocolType", "HTTP") != "HTTP":
                yield _detected(function, api, integration, invoked, enabled=bool(own))
            else:
                settings = _settings(function, api, integration, listed, own)
                settings = replace(settings, markers=tuple(sorted(set(direct.values()))), other_routes=others)
                identity = f"{api['ApiId']}/{integration['IntegrationId']}"
                yield Trigger(http_api.KIND, identity, _name(api), invoked.qualifier, settings, enabled=bool(own))


def _detected(
    function: Function, api: dict[str, Any], integration: dict[str, Any], invoked: stages.Invoked, *, enabled: bool
) -> Trigger[base.Settings]:
    """Return an integration that is named only: of a WebSocket API, or one that a stage's variables lead here."""
    kind = BY_VARIABLE if api.get("ProtocolType", "HTTP") == "HTTP" else WEBSOCKET
    role = Arn.parse(str(integration.get("CredentialsArn") or "")).last
    detail = ", ".join(part for part in (invoked.detail, f"as role {role}" if role else "") if part)
    settings = ApiSettings(
        source=stages.source(function, api["ApiId"]), detail=detail, api=api["ApiId"], stage=invoked.stage
    )
    identity = "/".join(part for part in (api["ApiId"], integration["IntegrationId"], invoked.stage) if part)
    name = f"{_name(api)}/{invoked.stage}" if invoked.stage else _name(api)
    return Trigger(kind, identity, name, invoked.qualifier, settings, enabled=enabled)


def _unknown(function: Function, api: dict[str, Any], invoked: stages.Invoked) -> Trigger[base.Settings]:
    name = f"{_name(api)}/{invoked.stage}" if invoked.stage else _name(api)
    identity = f"{api['ApiId']}/{invoked.stage}"
    return unlooked(name, invoked.unknown, source=stages.source(function, api["ApiId"]), identity=identity)


def _authorizers(
    function: Function, api: dict[str, Any], authorizers: list[dict[str, Any]], listed: list[dict[str, Any]]
) -> Iterator[Trigger[base.Settings]]:
    protocol = "HTTP" if api.get("ProtocolType", "HTTP") == "HTTP" else "WEBSOCKET"
    variables, kind = _variables(listed), AUTHORIZERS[protocol]
    for authorizer in authorizers:
        for invoked in stages.invoked(function, authorizer.get("AuthorizerUri") or "", variables):
            if invoked.unknown:
                yield _unknown(function, api, invoked)
                continue
            identity = "/".join(part for part in (api["ApiId"], authorizer["AuthorizerId"], invoked.stage) if part)
            settings = base.Settings(source=stages.source(function, api["ApiId"]), detail=invoked.detail)
            yield Trigger(kind, identity, str(authorizer.get("Name", identity)), invoked.qualifier, settings)


def _deployed(
    aws: Aws, function: Function, api: dict[str, Any], listed: list[dict[str, Any]]
) -> Iterator[Trigger[base.Settings]]:
    """Yield the stages that still run a deployment from when the API invoked the function.

    A stage that deploys each change by itself runs what the API is now. What the others of an HTTP API run is what
    their export says; WebSocket APIs have no export, so it is not known.
    """
    for stage in listed:
        name, identity = f"{_name(api)}/{stage['StageName']}", f"{api['ApiId']}/{stage['StageName']}"
        source = stages.source(function, api["ApiId"])
        if stage.get("AutoDeploy"):
            continue
        if api.get("ProtocolType", "HTTP") == "HTTP":
            look = partial(_of_deployment, aws, function, api, stage)
            yield from looked(name, look, source=source, identity=identity)
        else:
            text = "it runs an earlier deployment, which may invoke the function"
            yield unlooked(name, text, source=source, identity=identity)


def _of_deployment(
    aws: Aws, function: Function, api: dict[str, Any], stage: dict[str, Any]
) -> Iterator[Trigger[base.Settings]]:
    about = {"Specification": "OAS30", "OutputType": "JSON", "StageName": stage["StageName"], "IncludeExtensions": True}
    export = aws.call("apigatewayv2", "export_api", ApiId=api["ApiId"], **about)
    for uri in stages.exported(export, "apigatewayv2:ExportApi"):
        for invoked in stages.invoked(function, uri, _variables([stage])):
            deployed = stages.Invoked(invoked.qualifier, str(stage["StageName"]), invoked.unknown)
            if deployed.unknown:
                yield _unknown(function, api, deployed)
            else:
                yield _detected(function, api, {"IntegrationId": "deployed"}, deployed, enabled=True)


def _name(api: dict[str, Any]) -> str:
    return str(api.get("Name") or api["ApiId"])


def _is_direct(integration: dict[str, Any]) -> bool:
    """Return whether an integration leads straight to the service."""
    return str(integration.get("Description", "")).startswith(MARKER)


def _routes(aws: Aws, api_id: str) -> Iterator[Route]:
    for route in aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api_id):
        authorization = route.get("AuthorizationType", "NONE")
        yield Route(route["RouteId"], str(route["RouteKey"]), route.get("Target", ""), authorization)


def _stage(stage: dict[str, Any]) -> Stage:
    return Stage(str(stage["StageName"]), automatic=bool(stage.get("AutoDeploy")))
