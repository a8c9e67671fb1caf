"""REST APIs: the integrations of their methods, and their authorizers.

What invokes the function is what the stages have deployed; what a deployment would ship is the API as it stands. Both
are read of an API that names the function, so that a plan can tell one from the other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway import rest_content
from lambda_migrate.actions.api_gateway.expected import digest
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, REST
from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory.finders import stages
from lambda_migrate.inventory.finders.stages import has_variables as _varies
from lambda_migrate.inventory.finders.unlooked import unlooked
from lambda_migrate.triggers import base, rest_api, rest_api_authorizer, rest_api_direct
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.rest_api_settings import Part, Settings
from lambda_migrate.triggers.stage_variable import Variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

    Found = Iterator[Trigger[base.Settings]]

CALLS = (
    "apigateway:GetResources",
    "apigateway:GetAuthorizers",
    "apigateway:GetStages",
    "apigateway:GetExport",
    "apigateway:GetModels",
    "apigateway:GetRequestValidators",
    "apigateway:GetGatewayResponses",
)
"""What it calls, from which the policies of IAM are made."""

SHOWN = 3
"""So many methods are named; an API may have hundreds."""

CANARY = " (canary)"


class Api:
    """A REST API while it is looked at.

    Args:
        aws: Where to look.
        function: The function.
        api: As ``get_rest_api`` and ``get_rest_apis`` describe it.
        parts: Its methods and authorizers.
    """

    def __init__(self, aws: Aws, function: Function, api: Document, parts: list[Part]) -> None:
        self.aws, self.function, self.parts = aws, function, parts
        self.api = api
        self.id, self.name = str(api["id"]), str(api.get("name", api["id"]))
        self.source = stages.source(function, self.id)

    def trigger(
        self, kind: str, invoked: stages.Invoked, detail: str, settings: dict[str, Any], *identity: str, named: str = ""
    ) -> Trigger[base.Settings]:
        """Return a trigger of the API."""
        about = Settings(source=self.source, detail=detail, api=self.id, api_name=self.name, **settings)
        name = f"{self.name}/{invoked.stage}" if invoked.stage and not named else named or self.name
        parts = (self.id, *identity, invoked.stage)
        enabled = bool(about.stages or about.variables.stage)
        return Trigger(kind, "/".join(filter(None, parts)), name, invoked.qualifier, about, enabled=enabled)

    def unknown(self, stage: str, reason: str) -> Trigger[base.Settings]:
        """Return that it is not known what a stage invokes."""
        name = f"{self.name}/{stage}" if stage else self.name
        return unlooked(name, reason, source=self.source, identity=f"{self.id}/{stage}")

    def others(self) -> tuple[str, ...]:
        """Return the methods that lead to something else than the function."""
        return tuple(
            part.name
            for part in self.parts
            if part.verb and part.uri and not _varies(part.uri) and stages.qualifier(self.function, part.uri) is None
        )


def of_api(aws: Aws, function: Function, api: Document, *, deployed: bool = False, permitted: bool = True) -> Found:
    """Yield what a REST API invokes of the function.

    Args:
        aws: Where to look.
        function: The function.
        api: As ``get_rest_api`` and ``get_rest_apis`` describe it.
        deployed: Look at what its stages have deployed too, where the API as it stands does not name the function: a
            stage runs the deployment that it was given.
        permitted: Whether the function's policy lets it in; without, what only a stage can tell has to have a role.
    """
    parts = list(_parts(aws, api["id"]))
    if not permitted:
        parts = [each for each in parts if each.role or not _varies(each.uri)]
    looked_at = Api(aws, function, api, parts)
    named = any(stages.qualifier(function, part.uri) is not None for part in parts if not _varies(part.uri))
    if not (named or deployed or any(_varies(part.uri) for part in parts)):
        return
    listed = list(aws.pages("apigateway", "get_stages", "item", restApiId=api["id"]))
    by_variable = list(_by_variables(looked_at, listed))
    if named or (deployed and not by_variable):
        yield from _as_deployed(looked_at, listed)
    yield from by_variable


def _parts(aws: Aws, api_id: str) -> Iterator[Part]:
    """Yield the methods and authorizers of an API as it stands."""
    content = {
        "resources": list(
            aws.pages("apigateway", "get_resources", "items", restApiId=api_id, embed=["methods"], limit=500)
        )
    }
    for name, resource, verb, method in rest_content.methods(content):
        integration = method.get("methodIntegration") or {}
        uri = "" if integration.get("type") == "MOCK" else str(integration.get("uri") or "")
        yield Part(
            name,
            uri,
            resource,
            verb,
            role=str(integration.get("credentials") or ""),
            integration=dict(integration),
            parameters=dict(method.get("requestParameters") or {}),
            authorization=str(method.get("authorizationType") or "NONE"),
        )
    for each in aws.pages("apigateway", "get_authorizers", "items", restApiId=api_id):
        name = f"{rest_content.AUTHORIZER}{each.get('name', each['id'])}"
        role = str(each.get("authorizerCredentials") or "")
        yield Part(name, str(each.get("authorizerUri") or ""), authorizer=str(each["id"]), role=role)


def _as_deployed(api: Api, listed: list[Document]) -> Found:
    """Yield what names the function in the API as it stands, or in what a stage has deployed of it."""
    content: Document = {}
    served: dict[str, list[rest_api.Stage]] = defaultdict(list)
    for stage in listed:
        try:
            export = rest_content.deployed(api.aws, api.id, stage["stageName"])
            reached = _qualifiers(api.function, rest_content.deployed_uris(export).values())
            if not reached:
                continue
            content = content or rest_content.read(api.aws, api.id)
        except (AwsError, NotAllowed) as error:
            yield api.unknown(stage["stageName"], error.message)
            continue
        for qualifier in reached:
            served[qualifier].append(
                rest_api.Stage(
                    stage["stageName"],
                    str(stage.get("deploymentId") or ""),
                    bool(stage.get("canarySettings")),
                    rest_content.differences(export, content),
                )
            )
    current = _qualifiers(api.function, (part.uri for part in api.parts))
    for qualifier in dict.fromkeys((*current, *served)):
        features = rest_api_direct.features(api.api, listed, [each for *_, each in rest_content.methods(content)])
        yield from _of_qualifier(api, qualifier, tuple(served.get(qualifier, ())), content, features)


def _qualifiers(function: Function, uris: Any) -> dict[str, None]:
    qualifiers = (stages.qualifier(function, uri) for uri in uris if not _varies(uri))
    return dict.fromkeys(each for each in qualifiers if each is not None)


def _of_qualifier(
    api: Api, qualifier: str, served: tuple[rest_api.Stage, ...], content: Document, features: tuple[str, ...]
) -> Found:
    parts = tuple(
        part for part in api.parts if not _varies(part.uri) and stages.qualifier(api.function, part.uri) == qualifier
    )
    named = [part.name for part in parts]
    settings = {
        "parts": parts,
        "stages": served,
        "rest": digest(GATEWAYS[REST], content, named) if content else "",
        "bare": digest(GATEWAYS[REST], content, [each.name for each in parts if each.verb], bare=True)
        if content
        else "",
        "features": features,
        "others": api.others(),
    }
    if not parts:
        for stage in served:
            invoked = stages.Invoked(qualifier, stage.name)
            about = {**settings, "stages": (stage,), "stage": stage.name}
            detail = f"as stage {stage.name} has it deployed"
            yield api.trigger(rest_api.KIND, invoked, detail, about, qualifier or "$LATEST")
        return
    invoked = stages.Invoked(qualifier)
    methods = [part for part in parts if part.verb]
    if methods:
        yield api.trigger(rest_api.KIND, invoked, _told(invoked, methods), settings, qualifier or "$LATEST")
    for part in parts:
        if part.authorizer:
            yield _of_authorizer(api, part, invoked, settings)


def _of_authorizer(api: Api, part: Part, invoked: stages.Invoked, settings: dict[str, Any]) -> Trigger[base.Settings]:
    named = part.name.removeprefix(rest_content.AUTHORIZER)
    roles = _roles([part])
    detail = ", ".join(filter(None, (invoked.detail, *roles)))
    return api.trigger(rest_api_authorizer.KIND, invoked, detail, settings, part.authorizer, named=named)


def _by_variables(api: Api, listed: list[Document]) -> Found:
    """Yield one trigger for each stage whose variables lead to the function, and qualifier that they name there."""
    varying = [part for part in api.parts if _varies(part.uri)]
    known = list(_stages(listed))
    values = {stage.name: stage.variables for stage in known}
    every = {part.uri for part in api.parts}
    reached: dict[stages.Invoked, list[Part]] = {}
    for part in varying:
        for invoked in stages.invoked(api.function, part.uri, known):
            reached.setdefault(invoked, []).append(part)
    for invoked, parts in reached.items():
        if invoked.unknown:
            yield api.unknown(invoked.stage, invoked.unknown)
            continue
        settings = {
            "stage": invoked.stage.removesuffix(CANARY),
            "others": api.others(),
            "variables": Variables.of(
                invoked.stage,
                values[invoked.stage],
                {part.uri for part in parts},
                every,
                {part.role for part in parts},
            ),
        }
        methods = [part for part in parts if part.verb]
        if methods:
            detail = _told(invoked, methods)
            yield api.trigger(rest_api.KIND, invoked, detail, settings, invoked.qualifier or "$LATEST")
        for part in parts:
            if part.authorizer:
                yield _of_authorizer(api, part, invoked, settings)


def _stages(listed: list[Document]) -> Iterator[stages.Stage]:
    """Yield the stages with their variables; the canary of a stage has some of its own."""
    for stage in listed:
        variables = stage.get("variables") or {}
        yield stages.Stage(stage["stageName"], variables)
        canary = (stage.get("canarySettings") or {}).get("stageVariableOverrides")
        if canary:
            yield stages.Stage(f"{stage['stageName']}{CANARY}", {**variables, **canary})


def _told(invoked: stages.Invoked, methods: list[Part]) -> str:
    """Return by which methods it is invoked, for a person."""
    names = [method.name for method in methods]
    parts = [", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else ""), invoked.detail, *_roles(methods)]
    return ", ".join(part for part in parts if part)


def _roles(parts: list[Part]) -> list[str]:
    roles = {part.role.rpartition("/")[2] for part in parts if part.role}
    return [f"as role {role}" for role in sorted(roles)]
