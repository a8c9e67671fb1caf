"""Authorizers of HTTP APIs: the function says who may call.

The authorizer's URI changes in place, and stages that deploy by themselves show it at once; the way back is the same
write. The permission of the alias is granted first. Nothing comes twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.gateway import HTTP
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base, http_api, stage_variable
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.rest_api import pointed
from lambda_migrate.triggers.stage_variable import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "http_api_authorizer"
LABEL = "HTTP API authorizer"
TRAFFIC = "events"
FOUND = "the authorizers of the API"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = "its URI changes in place, or the stage's variable that stands in it"
STAYS = "API Gateway asks authorizers in its own form, not as a request to a service"
BACK = "its URI, or the stage's variable, is written back"
TWICE = "nothing: it is asked once for each request, or its cached answer holds"
SETTLES = http_api.SETTLES


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of an authorizer.

    Attributes:
        api: The API's id.
        api_name: The API's name.
        authorizer: The authorizer's id.
        uri: What it invokes, in the form in which it stands there.
        role: The role as which it invokes; "" where the function's policy lets it in.
        stages: The API's stages.
        variables: How a stage's variables lead to the function, where they do.
    """

    api: str
    api_name: str
    authorizer: str
    uri: str
    role: str = ""
    stages: tuple[http_api.Stage, ...] = ()
    variables: Variables = stage_variable.NONE

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        variables = Variables.from_dict(data["variables"])
        stages = tuple(http_api.Stage(**each) for each in data["stages"])
        return super().from_dict({**data, "stages": stages, "variables": variables})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the API's id: a template may have its authorizers in the API's body."""
    return trigger.settings.api


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point the authorizer at the alias."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    if settings.variables.stage:
        name = f"{settings.api_name}/{settings.variables.stage}"
        return stage_variable.to_alias(settings.variables, HTTP, settings.api, name, function, alias)
    after = pointed(settings.uri, function, target)
    action = PointAuthorizer(HTTP, settings.api, settings.authorizer, trigger.name, settings.uri, after)
    step = Step("", action, "its questions reach the alias", propagation=http_api.SETTLES)
    roles = stage_variable.by_role([settings.role], trigger.name, target)
    return Repoint((step,), (*http_api.deployed_by_hand(settings.api_name, settings.stages), *roles))
