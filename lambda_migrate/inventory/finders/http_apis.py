"""HTTP and WebSocket APIs: their integrations and authorizers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway.expected import digest
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS
from lambda_migrate.aws.arn import Arn
from lambda_migrate.inventory.finders import stages
from lambda_migrate.inventory.finders.http_api import Api, role_of, uri_of
from lambda_migrate.inventory.finders.stages import has_variables as _varies
from lambda_migrate.inventory.finders.unlooked import looked, unlooked
from lambda_migrate.triggers import (
    base,
    http_api,
    http_api_authorizer,
    http_api_front,
    http_api_variable,
    websocket_api,
    websocket_api_authorizer,
)
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.http_api import MARKER, MAXIMUM_TIMEOUT, Route, Stage
from lambda_migrate.triggers.stage_variable import NONE, Variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.rest_api_settings import Part

    Found = Iterator[Trigger[base.Settings]]

CALLS = (
    "apigatewayv2:GetIntegrations",
    "apigatewayv2:GetAuthorizers",
    "apigatewayv2:GetStages",
    "apigatewayv2:GetRoutes",
    "apigatewayv2:ExportApi",
)
"""What it calls, from which the policies of IAM are made."""


def of_api(aws: Aws, function: Function, api: Document, *, deployed: bool = False, permitted: bool = True) -> Found:
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
        integrations = [each for each in integrations if each.get("CredentialsArn") or not _varies(uri_of(each))]
        authorizers = [each for each in authorizers if not _varies(each.get("AuthorizerUri") or "")]
    uris = [*(uri_of(each) for each in integrations), *(each.get("AuthorizerUri") or "" for each in authorizers)]
    ours = any(stages.qualifier(function, uri) is not None for uri in uris)
    staged = deployed or ours or any(map(_varies, uris))
    listed = list(aws.pages("apigatewayv2", "get_stages", "Items", ApiId=api_id)) if staged else []
    listed.sort(key=lambda stage: str(stage["StageName"]))
    looked_at = Api(aws, function, api, integrations, authorizers, listed)
    triggers = [*_integrations(looked_at), *_authorizers(looked_at)]
    yield from triggers
    if deployed and not triggers:
        yield from _deployed(looked_at)


def _integrations(api: Api) -> Found:
    reached = {part.name.partition(" ")[2]: api.invoked(part) for part in api.parts if not part.authorizer}
    reached = {identity: invoked for identity, invoked in reached.items() if invoked}
    if not reached:
        return
    routes = sorted(_routes(api.aws, api.id), key=lambda route: route.key)
    for integration in api.integrations:
        identity = integration["IntegrationId"]
        own = tuple(route for route in routes if route.target == f"integrations/{identity}")
        for invoked in reached.get(identity, ()):
            if invoked.unknown:
                yield api.unknown(invoked)
            elif not api.is_http:
                detail = _detail(invoked, role_of(integration))
                yield _of_websocket(api, websocket_api.KIND, identity, invoked, detail, enabled=bool(own))
            elif invoked.stage:
                detail = _detail(invoked, role_of(integration))
                yield _of_stage(api, identity, invoked, detail, api.variables(invoked), enabled=bool(own))
            else:
                settings = _settings(api, integration, routes, own, set(reached))
                yield Trigger(
                    http_api.KIND, f"{api.id}/{identity}", api.name, invoked.qualifier, settings, enabled=bool(own)
                )


def _settings(
    api: Api, integration: Document, routes: list[Route], own: tuple[Route, ...], reached: set[str]
) -> http_api.Settings:
    direct = {each["IntegrationId"]: each["Description"] for each in api.integrations if _is_direct(each)}
    known = {f"integrations/{identity}" for identity in (*reached, *direct)}
    return http_api.Settings(
        source=api.source,
        api=api.id,
        integration=integration["IntegrationId"],
        uri=integration["IntegrationUri"],
        role=role_of(integration),
        timeout=integration.get("TimeoutInMillis") or MAXIMUM_TIMEOUT,
        routes=own,
        stages=_http_stages(api),
        markers=tuple(sorted(set(direct.values()))),
        other_routes=tuple(route.key for route in routes if route.target not in known),
        endpoint="" if api.api.get("DisableExecuteApiEndpoint") else str(api.api.get("ApiEndpoint") or ""),
        features=http_api_front.features(api.api, api.listed),
        requests=dict(integration.get("RequestParameters") or {}),
        answers=dict(integration.get("ResponseParameters") or {}),
        tls=dict(integration.get("TlsConfig") or {}),
        detailed=any((each.get("DefaultRouteSettings") or {}).get("DetailedMetricsEnabled") for each in api.listed),
    )


def _of_stage(
    api: Api, identity: str, invoked: stages.Invoked, detail: str, variables: Variables, *, enabled: bool
) -> Trigger[base.Settings]:
    """Return a stage of an HTTP API whose variables, or whose deployment, name the function."""
    settings = http_api_variable.Settings(
        source=api.source, detail=detail, api=api.id, stage=invoked.stage, variables=variables
    )
    name = f"{api.name}/{invoked.stage}"
    kind = http_api_variable.KIND
    return Trigger(kind, api.identity(identity, invoked), name, invoked.qualifier, settings, enabled=enabled)


def _of_websocket(
    api: Api, kind: str, identity: str, invoked: stages.Invoked, detail: str, *, enabled: bool = True, name: str = ""
) -> Trigger[base.Settings]:
    """Return an integration or authorizer of a WebSocket API."""
    parts: tuple[Part, ...] = ()
    rest = ""
    if not invoked.stage:
        parts = tuple(part for part in api.parts if invoked in api.invoked(part))
        content = GATEWAYS["WEBSOCKET"].content(api.aws, api.id)
        rest = digest(GATEWAYS["WEBSOCKET"], content, [part.name for part in parts])
    settings = websocket_api.Settings(
        source=api.source,
        detail=detail,
        api=api.id,
        api_name=api.name,
        parts=parts,
        stages=tuple(map(_websocket_stage, api.listed)),
        rest=rest,
        variables=api.variables(invoked),
    )
    shown = name or (f"{api.name}/{invoked.stage}" if invoked.stage else api.name)
    return Trigger(kind, api.identity(identity, invoked), shown, invoked.qualifier, settings, enabled=enabled)


def _authorizers(api: Api) -> Found:
    for part, authorizer in zip((part for part in api.parts if part.authorizer), api.authorizers, strict=True):
        for invoked in api.invoked(part):
            if invoked.unknown:
                yield api.unknown(invoked)
                continue
            name = str(authorizer.get("Name", api.identity(part.authorizer, invoked)))
            detail = _detail(invoked, part.role)
            if not api.is_http:
                kind = websocket_api_authorizer.KIND
                yield _of_websocket(api, kind, part.authorizer, invoked, detail, name=name)
                continue
            settings = http_api_authorizer.Settings(
                source=api.source,
                detail=detail,
                api=api.id,
                api_name=api.name,
                authorizer=part.authorizer,
                uri=part.uri,
                role=part.role,
                stages=_http_stages(api),
                variables=api.variables(invoked),
            )
            identity = api.identity(part.authorizer, invoked)
            yield Trigger(http_api_authorizer.KIND, identity, name, invoked.qualifier, settings)


def _deployed(api: Api) -> Found:
    """Yield the stages that still run a deployment from when the API invoked the function.

    A stage that deploys each change by itself runs what the API is now. What the others of an HTTP API run is what
    their export says; WebSocket APIs have no export, so it is not known.
    """
    for stage in api.listed:
        name, identity = f"{api.name}/{stage['StageName']}", f"{api.id}/{stage['StageName']}"
        if stage.get("AutoDeploy"):
            continue
        if api.is_http:
            yield from looked(name, partial(_of_deployment, api, stage), source=api.source, identity=identity)
        else:
            text = "it runs an earlier deployment, which may invoke the function"
            yield unlooked(name, text, source=api.source, identity=identity)


def _of_deployment(api: Api, stage: Document) -> Found:
    about = {"Specification": "OAS30", "OutputType": "JSON", "StageName": stage["StageName"], "IncludeExtensions": True}
    export = api.aws.call("apigatewayv2", "export_api", ApiId=api.id, **about)
    values = [stages.Stage(str(stage["StageName"]), stage.get("StageVariables") or {})]
    for uri in stages.exported(export, "apigatewayv2:ExportApi"):
        for invoked in stages.invoked(api.function, uri, values):
            deployed = stages.Invoked(invoked.qualifier, str(stage["StageName"]), invoked.unknown)
            if deployed.unknown:
                yield api.unknown(deployed)
            else:
                yield _of_stage(api, "deployed", deployed, deployed.detail, NONE, enabled=True)


def _detail(invoked: stages.Invoked, role: str) -> str:
    """Return how the function is named, for a person."""
    as_role = f"as role {Arn.parse(role).last}" if role else ""
    return ", ".join(filter(None, (invoked.detail, as_role)))


def _is_direct(integration: Document) -> bool:
    """Return whether an integration leads straight to the service."""
    return str(integration.get("Description", "")).startswith(MARKER)


def _routes(aws: Aws, api_id: str) -> Iterator[Route]:
    for route in aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api_id):
        authorization = route.get("AuthorizationType", "NONE")
        yield Route(route["RouteId"], str(route["RouteKey"]), route.get("Target", ""), authorization)


def _http_stages(api: Api) -> tuple[Stage, ...]:
    return tuple(Stage(str(each["StageName"]), automatic=bool(each.get("AutoDeploy"))) for each in api.listed)


def _websocket_stage(stage: Document) -> websocket_api.Stage:
    automatic = bool(stage.get("AutoDeploy"))
    return websocket_api.Stage(str(stage["StageName"]), str(stage.get("DeploymentId") or ""), automatic)
