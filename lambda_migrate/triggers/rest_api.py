"""REST APIs of API Gateway: all methods that invoke the function, and the stages that serve them.

A change of a REST API reaches nobody until it is deployed, and a deployment ships the whole API. So the API as it
stands is compared with what each stage has deployed, and a difference that is not ours closes a gate. Then the
integrations change in place, one deployment is made, and each stage that serves the function is pointed at it. Right
before the deployment and right after it the API is read again: what somebody changes in between is never shipped.

The way back is exact: each stage serves the deployment that it had, which never changed, and the integrations are
restored, so that a later deployment of others does not ship ours again. Nothing comes twice, and nothing is cut off:
requests that are under way end where they began.

Straight to the service, a share of the requests goes first, by the canary of the stage. An API that names the function
by a stage's variable stays on the alias, because all its stages share the integration.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.gateway import REST
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.engine.plan import Step
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.gates import rest_api_canary, rest_api_undeployed
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import rest_api_direct, stage_variable, vpc_link
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.http_api_front import look_up
from lambda_migrate.triggers.rest_api_settings import Part, Settings, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.actions import Action
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

__all__ = [
    "Part",
    "Settings",
    "Stage",
    "look_up",
    "pointed",
    "request_metrics",
    "source_metrics",
    "to_alias",
    "to_service",
]

KIND = "rest_api"
LABEL = "REST API"
TRAFFIC = "requests"
FOUND = "the permission or a role, the API's methods, what its stages have deployed, their variables"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = (
    "the integrations of its methods change in place, then one deployment, which holds that change alone, is served by"
    " each stage that reaches the function; a stage's variable changes without a deployment"
)
SERVICE = (
    "HTTP proxy integrations, by the URL or a VPC link (`service.vpc_link`), tested before anybody is served them, in"
    " one deployment, which each stage serves by its canary"
)
GRADUAL = "by the canary of the stage, at the percents of `cutover.weights`, then the stage serves it whole"
COUNTED = "successful requests (`Count` of the stage less `4XXError` and `5XXError`)"
FAILING = "a risen share of `5XXError` or `4XXError`"
BACK = "each stage serves the deployment that it had, in one write, and the integrations are restored"
TWICE = "nothing: a request takes the old way or the new one"

CALLS = ("apigatewayv2:GetDomainNames", "apigatewayv2:GetApiMappings", *vpc_link.CALLS)
"""What it calls itself, from which the policies of IAM are made."""

MARKER = "lambda-migrate alias "
"""How the descriptions of our deployments begin."""

PROPAGATION = 30.0
"""Seconds until a stage serves another deployment everywhere; AWS says so nowhere, and this is generous."""

SETTLES = PROPAGATION

SHOWN = 3


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the API's id: a template may have its methods in the API's body."""
    return trigger.settings.api


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point everything in the API that names the function at the alias, and have each stage serve that.

    Methods and authorizers go together, in one deployment: whichever of them asks first brings the steps of all.
    """
    settings = trigger.settings
    if settings.variables.stage != settings.stage and settings.variables.stage:
        return Repoint(blockers=(_canary(trigger, settings.stage),))
    if settings.variables.stage:
        return stage_variable.to_alias(settings.variables, REST, settings.api, trigger.name, function, alias)
    target = function.qualified_arn(alias)
    after = {part.name: pointed(part.uri, function, target) for part in settings.parts}
    steps = [Step("", _action(settings, part, after[part.name]), "nobody is served it yet") for part in settings.parts]
    roles = (part.role for part in settings.parts)
    blockers = (*stage_variable.by_role(roles, settings.api_name, target), *_not_served(trigger))
    if not (settings.stages and settings.parts):
        return Repoint(tuple(steps), blockers)
    marker = f"{MARKER}{sha256([settings.api, after, settings.rest])[:16]}"
    about = (REST, settings.api, settings.api_name)
    made = CreateDeployment(*about, marker, after, settings.rest)
    steps.append(Step("", made, "it holds our change alone"))
    for stage in settings.stages:
        action = PointStage(*about, stage.name, stage.deployment, f"marker:{marker}", after, settings.rest)
        steps.append(Step("", action, "its requests reach the alias", propagation=PROPAGATION))
    return Repoint(tuple(steps), blockers)


def pointed(uri: str, function: Function, target: str) -> str:
    """Return a URI that names the unqualified function, naming `target` instead."""
    return re.sub(re.escape(function.arn) + r"(:[$]LATEST)?(?=/|$)", target, uri)


def _action(settings: Settings, part: Part, after: str) -> Action:
    if part.authorizer:
        name = part.name.partition(" ")[2]
        return PointAuthorizer(REST, settings.api, part.authorizer, name, part.uri, after)
    return PointRestIntegration(settings.api, part.resource, part.verb, part.name, part.uri, after)


def _not_served(trigger: Trigger[Settings]) -> Iterator[Blocker]:
    """Yield why a stage must not be deployed to."""
    name = trigger.settings.api_name
    for stage in trigger.settings.stages:
        about = f"stage `{stage.name}` of REST API `{name}`"
        if stage.canary:
            yield _canary(trigger, stage.name)
        if stage.differs:
            told = "; ".join(stage.differs[:SHOWN]) + (" …" if len(stage.differs) > SHOWN else "")
            text = f"{about} serves something else than the API as it stands: {told}; deploy or revert that first"
            yield closed(rest_api_undeployed, text, name, acceptable=bool(trigger.settings.parts))


def to_service(trigger: Trigger[Settings], _function: Function, destination: Destination) -> Repoint | None:
    """Point its methods at the service, a share of the requests first; None where a stage's variable names it."""
    repoint = rest_api_direct.to_service(trigger, destination, destination.resources.get(KIND))
    return repoint and replace(repoint, blockers=(*_not_served(trigger), *repoint.blockers))


def source_metrics(trigger: Trigger[Settings]) -> SourceMetrics:
    """Return what the stage counts that is shifted last."""
    stages = trigger.settings.stages
    return rest_api_direct.metrics(trigger.settings, stages[-1].name if stages else trigger.settings.stage)


def _canary(trigger: Trigger[Settings], stage: str) -> Blocker:
    name = trigger.settings.api_name
    text = f"stage `{stage}` of REST API `{name}` has a canary; promote or remove it first"
    return closed(rest_api_canary, text, name)


def request_metrics(trigger: Trigger[Settings], _function: Function) -> SourceMetrics | None:
    """Return what a REST API counts ("REST API dimensions and metrics", API Gateway developer guide): by its name.

    None where it has methods that lead elsewhere, whose requests are counted in the same metrics.
    """
    settings = trigger.settings
    if settings.others:
        return None
    about = {"ApiName": settings.api_name, **({"Stage": settings.stage} if settings.stage else {})}
    return SourceMetrics.of_requests("AWS/ApiGateway", about, "Count", "5XXError", "4XXError")
