"""Authorizers of AppSync APIs: the function says who may use the API.

AppSync asks it by the function's policy, which the alias gets a copy of first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.appsync.point_api_authorizer import PointApiAuthorizer
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "appsync_authorizer"
LABEL = "AppSync authorizer"
TRAFFIC = "events"
FOUND = "the permission, and the list of APIs"
PRINCIPALS = ("appsync.amazonaws.com",)
ALIAS = "the authorizer's function is replaced; its TTL and everything else of the API stay"
STAYS = "AppSync asks authorizers in its own form, not as a request to a service"
BACK = "the function is put back; everything else of the API stays as it is then"
TWICE = "nothing: it is asked once for each request, or its cached answer holds"
SETTLES = 60.0
"""No time is documented; answers that AppSync keeps hold for their time to live."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of an API's authorizers.

    Attributes:
        api: The API's id.
        events: Whether it is an Event API; else a GraphQL API.
        functions: The ARNs of its authorizers, as they stand there, by their places among them.
    """

    api: str
    events: bool
    functions: dict[str, str]


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the API: its ARN."""
    return trigger.settings.source


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the function of the authorizers."""
    settings = trigger.settings
    after = dict.fromkeys(settings.functions, function.qualified_arn(alias))
    action = PointApiAuthorizer(trigger.name, settings.functions, after, settings.api, settings.events)
    return Repoint((Step("", action, "the alias says who may use the API", propagation=SETTLES),))
