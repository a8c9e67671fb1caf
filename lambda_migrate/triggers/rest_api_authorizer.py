"""Authorizers of REST APIs: the function says who may call.

An authorizer is part of the API and goes with it: its URI changes in place, in the same deployment as the methods that
invoke the function, and the way back restores both. The permission of the alias is granted first; a refusal of the
authorizer would be a 500 for the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers import rest_api

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Repoint, Trigger

KIND = "rest_api_authorizer"
LABEL = "REST API authorizer"
TRAFFIC = "events"
FOUND = "the authorizers of the API"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = "its URI changes in place, in the same deployment as the API's methods"
STAYS = "API Gateway asks authorizers in its own form, not as a request to a service"
BACK = "with its API: each stage serves the deployment that it had, and the URI is restored"
TWICE = "nothing: it is asked once for each request, or its cached answer holds"
SETTLES = rest_api.PROPAGATION

Settings = rest_api.Settings
physical_id = rest_api.physical_id


def to_alias(trigger: Trigger[rest_api.Settings], function: Function, alias: str) -> Repoint:
    """Point the authorizer at the alias, with everything else in the API that names the function."""
    return rest_api.to_alias(trigger, function, alias)
