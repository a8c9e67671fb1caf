"""REST APIs: the integrations of their methods, and their authorizers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.inventory.finders import stages
from lambda_migrate.inventory.finders.stages import has_variables as _varies
from lambda_migrate.inventory.finders.unlooked import looked, unlooked
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import ApiSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

KIND, AUTHORIZER = "rest_api", "rest_api_authorizer"

SHOWN = 3
"""So many methods are named; an API may have hundreds."""


@dataclass(frozen=True)
class Method:
    """A method of the API and what it invokes; ``credentials`` is the role as which it does, or ""."""

    name: str
    uri: str
    credentials: str = ""


def of_api(
    aws: Aws, function: Function, api: dict[str, Any], *, deployed: bool = False, permitted: bool = True
) -> Iterator[Trigger[base.Settings]]:
    """Yield what a REST API invokes of the function.

    Args:
        aws: Where to look.
        function: The function.
        api: As ``get_rest_api`` and ``get_rest_apis`` describe it.
        deployed: Look at what its stages have deployed too, where the API as it stands does not name the function: a
            stage runs the deployment that it was given.
        permitted: Whether the function's policy lets it in; without, what only a stage can tell has to have a role.
    """
    methods = list(_methods(aws, api["id"]))
    authorizers = list(aws.pages("apigateway", "get_authorizers", "items", restApiId=api["id"]))
    if not permitted:
        methods = [each for each in methods if each.credentials or not _varies(each.uri)]
        authorizers = [
            each
            for each in authorizers
            if each.get("authorizerCredentials") or not _varies(each.get("authorizerUri") or "")
        ]
    uris = [*(method.uri for method in methods), *(each.get("authorizerUri") or "" for each in authorizers)]
    ours = any(_varies(uri) or stages.qualifier(function, uri) is not None for uri in uris)
    listed = list(_stages(aws, api["id"])) if ours or deployed else []
    triggers = [
        *_integrations(function, api, methods, listed),
        *_authorizers(function, api, authorizers, listed),
    ]
    yield from triggers
    if deployed and not triggers:
        for stage in listed:
            yield from _of_deployment(aws, function, api, stage)


def _methods(aws: Aws, api_id: str) -> Iterator[Method]:
    resources = aws.pages("apigateway", "get_resources", "items", restApiId=api_id, embed=["methods"], limit=500)
    for resource in resources:
        for verb, method in sorted((resource.get("resourceMethods") or {}).items()):
            integration = method.get("methodIntegration") or {}
            name = f"{verb} {resource.get('path', '/')}"
            yield Method(name, integration.get("uri") or "", integration.get("credentials") or "")


def _stages(aws: Aws, api_id: str) -> Iterator[stages.Stage]:
    """Yield the stages with their variables; the canary of a stage has some of its own."""
    for stage in aws.pages("apigateway", "get_stages", "item", restApiId=api_id):
        variables = stage.get("variables") or {}
        yield stages.Stage(stage["stageName"], variables)
        canary = (stage.get("canarySettings") or {}).get("stageVariableOverrides")
        if canary:
            yield stages.Stage(f"{stage['stageName']} (canary)", {**variables, **canary})


def _integrations(
    function: Function, api: dict[str, Any], methods: Iterable[Method], listed: list[stages.Stage]
) -> Iterator[Trigger[base.Settings]]:
    """Yield one trigger for each qualifier that the methods invoke, and for each stage whose variables decide."""
    reached: dict[stages.Invoked, list[Method]] = {}
    for method in methods:
        for invoked in stages.invoked(function, method.uri, listed):
            reached.setdefault(invoked, []).append(method)
    for invoked, by in reached.items():
        if invoked.unknown:
            yield _unknown(function, api, invoked)
        else:
            yield _trigger(function, api, invoked, _told(invoked, by), enabled=bool(listed))


def _told(invoked: stages.Invoked, methods: list[Method]) -> str:
    """Return by which methods it is invoked, for a person."""
    names = [method.name for method in methods]
    roles = {method.credentials.rpartition("/")[2] for method in methods if method.credentials}
    parts = [", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else ""), invoked.detail]
    parts += [f"as role {role}" for role in sorted(roles)]
    return ", ".join(part for part in parts if part)


def _trigger(
    function: Function, api: dict[str, Any], invoked: stages.Invoked, detail: str, *, enabled: bool = True
) -> Trigger[base.Settings]:
    name = api.get("name", api["id"])
    settings = ApiSettings(
        source=stages.source(function, api["id"]), detail=detail, api=name, stage=invoked.stage.partition(" ")[0]
    )
    identity = "/".join(part for part in (api["id"], invoked.qualifier or "$LATEST", invoked.stage) if part)
    shown = f"{name}/{invoked.stage}" if invoked.stage else name
    return Trigger(KIND, identity, shown, invoked.qualifier, settings, enabled=enabled)


def _unknown(function: Function, api: dict[str, Any], invoked: stages.Invoked) -> Trigger[base.Settings]:
    name = api.get("name", api["id"])
    shown = f"{name}/{invoked.stage}" if invoked.stage else name
    identity = f"{api['id']}/{invoked.stage}"
    return unlooked(shown, invoked.unknown, source=stages.source(function, api["id"]), identity=identity)


def _authorizers(
    function: Function, api: dict[str, Any], authorizers: list[dict[str, Any]], listed: list[stages.Stage]
) -> Iterator[Trigger[base.Settings]]:
    for authorizer in authorizers:
        for invoked in stages.invoked(function, authorizer.get("authorizerUri") or "", listed):
            if invoked.unknown:
                yield _unknown(function, api, invoked)
                continue
            role = str(authorizer.get("authorizerCredentials") or "").rpartition("/")[2]
            detail = ", ".join(part for part in (invoked.detail, f"as role {role}" if role else "") if part)
            identity = "/".join(part for part in (api["id"], authorizer["id"], invoked.stage) if part)
            settings = base.Settings(source=stages.source(function, api["id"]), detail=detail)
            yield Trigger(AUTHORIZER, identity, str(authorizer.get("name", identity)), invoked.qualifier, settings)


def _of_deployment(
    aws: Aws, function: Function, api: dict[str, Any], stage: stages.Stage
) -> Iterator[Trigger[base.Settings]]:
    """Yield what a stage has deployed that invokes the function, as its export says."""
    name, identity = f"{api.get('name', api['id'])}/{stage.name}", f"{api['id']}/{stage.name}"

    def look() -> Iterator[Trigger[base.Settings]]:
        exported = aws.call(
            "apigateway",
            "get_export",
            restApiId=api["id"],
            stageName=stage.name.partition(" ")[0],
            exportType="oas30",
            parameters={"extensions": "apigateway"},
        )
        for uri in stages.exported(exported, "apigateway:GetExport"):
            for invoked in stages.invoked(function, uri, [stage]):
                deployed = stages.Invoked(invoked.qualifier, stage.name, invoked.unknown)
                if deployed.unknown:
                    yield _unknown(function, api, deployed)
                else:
                    yield _trigger(function, api, deployed, f"as stage {stage.name} has it deployed")

    yield from looked(name, look, source=stages.source(function, api["id"]), identity=identity)
