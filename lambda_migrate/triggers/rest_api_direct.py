"""A REST API straight to the service, a share of the requests first: by the canary of each stage.

One deployment is made whose methods lead to the service. The stage goes on serving the deployment that it has, and the
canary serves ours to a share that grows; at the end the stage serves ours and has no canary. Until then, API Gateway
lets nobody else deploy to the stage. The way back from any share is one write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.declare_parameters import DeclareParameters
from lambda_migrate.actions.api_gateway.gateway import REST
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.api_gateway.shift_stage import WHOLE, ShiftStage
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import rest_api_integration
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import http_api_front, vpc_link
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.http_api_front import Front
from lambda_migrate.triggers.http_api_rehearsal import REHEARSAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Destination, Trigger
    from lambda_migrate.triggers.rest_api_settings import Part, Settings, Stage

MARKER = "lambda-migrate direct "
"""How the descriptions of our deployments begin whose methods lead to the service."""

DOOR_HEADER = "integration.request.header.x-lambda-migrate-door-key"
"""The request parameter that adds the key; the service's door asks for that header."""

PROPAGATION = 30.0
"""Seconds until a stage serves another share everywhere; AWS says so nowhere, and this is generous."""

USUAL_RATE = 10_000
"""Requests per second that the account allows a stage, where nobody has set fewer ("Amazon API Gateway quotas")."""

_NAMED = re.compile(r"\{([^}+]+)\+?\}")


def features(api: Mapping[str, Any], stages: list[Document], methods: list[Document]) -> tuple[str, ...]:
    """Return what an API, its stages and its methods do besides, as AWS describes them."""
    names = {"resource-policy"} if api.get("policy") else set()
    for stage in stages:
        limits = [each.get("throttlingRateLimit") for each in (stage.get("methodSettings") or {}).values()]
        throttled = any(limit is not None and 0 <= limit < USUAL_RATE for limit in limits)
        names |= {"throttling"} if throttled else set()
        names |= {"waf"} if stage.get("webAclArn") else set()
        names |= {"cache"} if stage.get("cacheClusterEnabled") else set()
        names |= {"access-logs"} if (stage.get("accessLogSettings") or {}).get("destinationArn") else set()
    for method in methods:
        names |= {"api-key"} if method.get("apiKeyRequired") else set()
        names |= {"validation"} if method.get("requestValidatorId") else set()
    return tuple(sorted(names))


def to_service(
    trigger: Trigger[Settings], destination: Destination, resources: Mapping[str, str] | None
) -> Repoint | None:
    """Point the methods at the service in one deployment, and give each stage a growing share of it.

    Args:
        trigger: The API.
        destination: Where it goes.
        resources: What is known of custom domains; None where nobody has looked.
    """
    settings = trigger.settings
    parts = [part for part in settings.parts if part.verb]
    if settings.variables.stage or not (parts and settings.stages):
        return None
    secrets = {DOOR_HEADER: destination.door_key} if destination.door_key else {}
    sides = {part.name: _sides(part, destination, resources or {}) for part in parts}
    uris = {name: str(after["uri"]) for name, (_, after) in sides.items()}
    marker = f"{MARKER}{sha256([settings.api, sides, settings.bare, *secrets.values()])[:16]}"
    rehearsed = _rehearsed(parts, marker)
    preparation = []
    for part in parts:
        where = (settings.api, part.resource, part.verb, part.name)
        missing = [each for each in _declared(part) if each not in part.parameters]
        if missing:
            preparation.append(Step("", DeclareParameters(*where, missing), "its path reaches the service whole"))
        probe = rehearsed.get(part.name, "")
        replaced = ReplaceRestIntegration(*where, *sides[part.name], secrets, probe)
        why = "the service is called through it before anybody is served it" if probe else "nobody is served it yet"
        preparation.append(Step("", replaced, why, gated=bool(probe)))
    made = CreateDeployment(REST, settings.api, settings.api_name, marker, uris, settings.bare, bare=True)
    preparation.append(Step("", made, "the way to the service"))
    steps = [step for stage in settings.stages for step in _shares(settings, stage, marker, uris, destination.weights)]
    front = _front(settings, parts)
    blockers = (*_unlike(settings, parts), *http_api_front.blockers(front, destination, resources))
    if destination.link:
        blockers += tuple(vpc_link.blockers(destination, resources, REST, front.called, settings.api_name))
    warnings = tuple(http_api_front.warnings(front, destination, resources))
    return Repoint(tuple(steps), blockers, warnings, tuple(preparation), private=destination.link is not None)


def _rehearsed(parts: list[Part], marker: str) -> dict[str, str]:
    """Return the path by which the service is called through one method before anybody is served it, by its name.

    It takes a method that passes on any path, the one nearest to the root; nothing where the API has none.
    """
    greedy = sorted(
        (path.count("/"), part.name, path)
        for part in parts
        for path in [part.name.partition(" ")[2]]
        if part.verb in ("ANY", "GET") and path.endswith("+}")
    )
    return {
        name: f"{_NAMED.sub('lambda-migrate', path.rpartition('/')[0])}{REHEARSAL}{sha256(marker)[:16]}"
        for _, name, path in greedy[:1]
    }


def _sides(part: Part, destination: Destination, looked: Mapping[str, str]) -> tuple[Document, Document]:
    """Return what a method integrates with now, and with the service in its place; of the same settings."""
    path = part.name.partition(" ")[2]
    parameters = {each.replace("method.", "integration.", 1): each for each in _declared(part)}
    way = {"connectionType": "INTERNET"}
    base = destination.url
    if destination.link:
        way = vpc_link.rest_integration(destination.link, looked)
        base = vpc_link.rest_uri(destination, looked)
    after = {
        "type": "HTTP_PROXY",
        "httpMethod": part.verb,
        "uri": f"{base}{path.replace('+}', '}')}",
        **way,
        "credentials": None,
        "requestParameters": {**(part.integration.get("requestParameters") or {}), **parameters},
    }
    return {name: part.integration.get(name) for name in after}, after


def _declared(part: Part) -> list[str]:
    """Return the request parameters that the path of a method's resource names."""
    return [f"method.request.path.{name}" for name in _NAMED.findall(part.name.partition(" ")[2])]


def _shares(
    settings: Settings, stage: Stage, marker: str, uris: dict[str, str], weights: tuple[int, ...]
) -> Iterator[Step]:
    before = 0.0
    for weight in (*(each for each in weights if each < WHOLE), int(WHOLE)):
        action = ShiftStage(
            settings.api,
            settings.api_name,
            stage.name,
            stage.deployment,
            f"marker:{marker}",
            before,
            float(weight),
            uris,
            settings.bare,
        )
        whole = weight == WHOLE
        why = "all requests go straight to the service" if whole else f"{weight} % go straight to the service"
        yield Step("", action, why, propagation=PROPAGATION, source_metrics=(metrics(settings, stage.name),))
        before = float(weight)


def metrics(settings: Settings, stage: str) -> SourceMetrics:
    """Return what a stage counts, its canary included ("REST API dimensions and metrics", developer guide).

    AWS does not document which dimensions the metrics of a canary alone have, so that a small share is judged by
    whether the failures of the whole stage have risen, and by the service's health.
    """
    about = {"ApiName": settings.api_name, "Stage": stage}
    return SourceMetrics.of_requests("AWS/ApiGateway", about, "Count", "5XXError", "4XXError")


def _front(settings: Settings, parts: list[Part]) -> Front:
    authorized = tuple((part.name, part.authorization) for part in parts if part.authorization != "NONE")
    return Front(settings.api_name, settings.api, authorized, settings.features, {}, {}, {}, "REST API")


def _unlike(settings: Settings, parts: list[Part]) -> Iterator[Blocker]:
    for part in parts:
        if part.integration.get("type") != "AWS_PROXY":
            text = (
                f"`{part.name}` of REST API `{settings.api_name}` maps requests by templates, which a service would not"
                " get; make it a Lambda proxy integration first"
            )
            yield closed(rest_api_integration, text, settings.api_name)
