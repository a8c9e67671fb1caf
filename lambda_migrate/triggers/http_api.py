"""HTTP APIs of API Gateway: one trigger for each integration of the function.

To the alias: the integration's URI changes in place, so that its routes move all at once. To the service: an
``HTTP_PROXY`` integration is made next to it and each route is pointed at that; the old integration stays, so the way
back is to point the route back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_integration import CreateIntegration
from lambda_migrate.actions.api_gateway.gateway import HTTP
from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.api_gateway.point_route import PointRoute
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import (
    http_api_deployed_by_hand,
    http_api_role,
    http_api_shared,
    http_api_stages,
)
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import base, http_api_front, vpc_link
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.http_api_front import Front, look_up
from lambda_migrate.triggers.http_api_path import mapping
from lambda_migrate.triggers.http_api_rehearsal import PROPAGATION, not_rehearsed, rehearsal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

__all__ = ["Settings", "look_up", "request_metrics", "source_metrics", "to_alias", "to_service"]

KIND = "http_api"
LABEL = "HTTP API"
TRAFFIC = "requests"
FOUND = "the permission, and the API's integrations"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = "the integration's URI changes in place, so that its routes move together"
SERVICE = (
    "each route is pointed at an HTTP proxy integration that is made for it, by the URL or a VPC link"
    " (`service.vpc_link`)"
)
COUNTED = "successful requests (`Count` of the API less `4xx` and `5xx`)"
FAILING = "a risen share of `5xx` or `4xx`"
GRADUAL = "route by route, each judged before the next"
BACK = "the integration's URI, or each route's target, is written back; both integrations stay"
TWICE = "nothing: a request takes the old way or the new one"
CALLS = ("apigatewayv2:GetDomainNames", "apigatewayv2:GetApiMappings", *vpc_link.CALLS)
"""What it calls itself, from which the policies of IAM are made."""

MARKER = "lambda-migrate direct "
"""How the descriptions of integrations begin that go straight to the service."""

SETTLES = PROPAGATION

MAXIMUM_TIMEOUT = 30_000
"""Milliseconds that an HTTP API waits for an integration at most (quotas of API Gateway)."""


@dataclass(frozen=True)
class Route:
    """A route of the API that reaches the function.

    Attributes:
        id: Its id.
        key: ``GET /orders``, ``$default``.
        target: What it points at, ``integrations/<id>``.
        authorization: Who is let in, ``NONE`` for everybody.
    """

    id: str
    key: str
    target: str
    authorization: str = "NONE"


@dataclass(frozen=True)
class Stage:
    """A stage of the API; `automatic` where it deploys every change by itself."""

    name: str
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of an integration.

    Attributes:
        api: The API's id.
        integration: The integration's id.
        uri: What it invokes, in the form in which it stands there.
        role: The role as which it invokes; "" where the function's policy lets it in.
        timeout: Milliseconds that API Gateway waits for it.
        routes: The routes that point at it.
        stages: The API's stages.
        markers: Descriptions of integrations that lead straight to the service.
        other_routes: Keys of routes that reach neither the function nor its service.
        endpoint: Where the API is called; "" where its default endpoint is switched off.
        features: What the API and its stages do besides, see :mod:`lambda_migrate.triggers.http_api_front`.
        requests: What the integration changes in requests, ``RequestParameters``.
        answers: What it changes in answers, ``ResponseParameters``.
        tls: Its ``TlsConfig``.
        detailed: Whether its only stage counts each route by itself.
    """

    api: str
    integration: str
    uri: str
    role: str = ""
    timeout: int = MAXIMUM_TIMEOUT
    routes: tuple[Route, ...] = ()
    stages: tuple[Stage, ...] = ()
    markers: tuple[str, ...] = ()
    other_routes: tuple[str, ...] = ()
    endpoint: str = ""
    features: tuple[str, ...] = ()
    requests: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    tls: dict[str, str] = field(default_factory=dict)
    detailed: bool = False

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        routes = tuple(Route(**route) for route in data["routes"])
        return super().from_dict({**data, "routes": routes, "stages": tuple(Stage(**each) for each in data["stages"])})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the API's id: a template may have its integrations in the API's body."""
    return trigger.settings.api


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point the integration at the alias."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    after = re.sub(f"{re.escape(function.arn)}(:[$]LATEST)?", target, settings.uri)
    action = PointIntegration(settings.api, settings.integration, trigger.name, settings.uri, after)
    step = Step("", action, "its routes reach the alias", propagation=PROPAGATION)
    return Repoint((step,), (*deployed_by_hand(trigger.name, trigger.settings.stages), *_by_role(trigger, target)))


def _by_role(trigger: Trigger[Settings], target: str) -> tuple[Blocker, ...]:
    role = trigger.settings.role
    if not role:
        return ()
    text = (
        f"HTTP API `{trigger.name}` invokes as role `{role}`; make sure that the role may invoke `{target}`,"
        " then accept this"
    )
    return (closed(http_api_role, text, trigger.name),)


def deployed_by_hand(name: str, stages: tuple[Stage, ...]) -> tuple[Blocker, ...]:
    """Return a blocker for each stage of an API that does not deploy a change by itself."""
    return tuple(
        closed(
            http_api_deployed_by_hand,
            f"stage `{stage.name}` of HTTP API `{name}` does not deploy by itself, so the change would"
            " have no effect; switch on its automatic deployment",
            name,
        )
        for stage in stages
        if not stage.automatic
    )


def to_service(trigger: Trigger[Settings], _function: Function, destination: Destination) -> Repoint:
    """Point every route at the service, through one integration."""
    api, stages = trigger.settings.api, [stage.name for stage in trigger.settings.stages]
    blockers = (*deployed_by_hand(trigger.name, trigger.settings.stages), *_shared(trigger))
    path = mapping(stages)
    if path is None:
        return Repoint(blockers=(*blockers, _several_stages(trigger, stages)))
    front, looked = _front(trigger), destination.resources.get(KIND)
    blockers += tuple(http_api_front.blockers(front, destination, looked))
    if destination.link:
        blockers += tuple(vpc_link.blockers(destination, looked, HTTP, f"{LABEL} `{trigger.name}`", trigger.name))
    settings = _integration(trigger, destination, path, http_api_front.copied(front))
    secrets = {http_api_front.DOOR_HEADER: destination.door_key} if destination.door_key else {}
    marker = f"{MARKER}{sha256([settings, secrets] if secrets else settings)[:16]}"
    made = Step("", CreateIntegration(api, marker, settings, secrets), "the way to the service")
    pointed = (
        Step(
            "",
            PointRoute(api, route.id, route.key, route.target, f"marker:{marker}"),
            "its requests go straight to the service",
            propagation=PROPAGATION,
            source_metrics=_of_route(trigger.settings, route),
        )
        for route in trigger.settings.routes
    )
    preparation = () if marker in trigger.settings.markers else (made,)
    rehearsal = rehearsal_of(trigger, stages, marker, keyed=bool(secrets))
    if not rehearsal and trigger.settings.routes:
        blockers += (not_rehearsed(trigger),)
    return Repoint(
        tuple(pointed),
        blockers,
        tuple(http_api_front.warnings(front, destination, looked)),
        (*preparation, *rehearsal),
        private=destination.link is not None,
    )


def _front(trigger: Trigger[Settings]) -> Front:
    settings = trigger.settings
    return Front(
        name=trigger.name,
        api=settings.api,
        authorizations=tuple(
            (route.key, route.authorization) for route in settings.routes if route.authorization != "NONE"
        ),
        features=settings.features,
        requests=settings.requests,
        answers=settings.answers,
        tls=settings.tls,
    )


def _several_stages(trigger: Trigger[Settings], stages: list[str]) -> Blocker:
    named = ", ".join(f"`{stage}`" for stage in stages)
    text = f"HTTP API `{trigger.name}` has the stages {named}, whose paths differ; keep only one stage"
    return closed(http_api_stages, text, trigger.name)


def _shared(trigger: Trigger[Settings]) -> tuple[Blocker, ...]:
    """Return a blocker where the API's metrics count the requests of routes that are not the function's too."""
    others = trigger.settings.other_routes
    if not others:
        return ()
    named = ", ".join(f"`{route}`" for route in others[:3]) + (" …" if len(others) > 3 else "")  # noqa: PLR2004  # enough to see which
    text = (
        f"HTTP API `{trigger.name}` has routes of others ({named}), which its metrics count too, so a verdict could"
        " be wrong; accept this if you watch the function's own requests yourself"
    )
    return (closed(http_api_shared, text, trigger.name),)


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the API counts ("Monitor CloudWatch metrics for HTTP APIs", API Gateway developer guide).

    5xx is the service's failure, or API Gateway's to reach it. 4xx is part of every API's life, but a wrong path is
    answered 404 to everything: only what is answered well proves that the service is reached.
    """
    return SourceMetrics.of_requests("AWS/ApiGateway", {"ApiId": trigger.settings.api}, "Count", "5xx", "4xx")


def _of_route(settings: Settings, route: Route) -> tuple[SourceMetrics, ...]:
    """Return what a route's own requests are counted by, where the stage counts them: it is judged before the next.

    "Detailed metrics for HTTP APIs", API Gateway developer guide; routes that are a key alone (`$default`) have none.
    """
    verb, _, path = route.key.partition(" ")
    if not (settings.detailed and path and len(settings.stages) == 1):
        return ()
    about = {"ApiId": settings.api, "Stage": settings.stages[0].name, "Method": verb, "Resource": path}
    return (SourceMetrics.of_requests("AWS/ApiGateway", about, "Count", "5xx", "4xx"),)


def request_metrics(trigger: Trigger[Settings], _function: Function) -> SourceMetrics | None:
    """Return the same, unless the API has routes of others, whose requests are counted in the same metrics."""
    return None if trigger.settings.other_routes else source_metrics(trigger)


def _integration(
    trigger: Trigger[Settings], destination: Destination, path: str, copied: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    by_url = {"ConnectionType": "INTERNET", "IntegrationUri": destination.url}
    looked = destination.resources.get(KIND) or {}
    return {
        **copied,
        **(vpc_link.integration(destination.link, looked) if destination.link else by_url),
        "IntegrationMethod": "ANY",
        "IntegrationType": "HTTP_PROXY",
        "PayloadFormatVersion": "1.0",
        "RequestParameters": {**copied["RequestParameters"], http_api_front.PATH: path},
        "TimeoutInMillis": trigger.settings.timeout,
    }
