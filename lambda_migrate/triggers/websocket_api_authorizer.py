"""Authorizers of WebSocket APIs: the function says who may connect.

An authorizer goes with its API: its URI changes in place, in the same deployment as the integrations, and the way back
restores both. It is asked when somebody connects, so that open connections notice nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers import websocket_api

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Repoint, Trigger

KIND = "websocket_api_authorizer"
LABEL = "WebSocket API authorizer"
TRAFFIC = "events"
FOUND = "the authorizers of the API"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = "its URI changes in place, in the same deployment as the API's integrations"
STAYS = "API Gateway asks authorizers in its own form, not as a request to a service"
BACK = "with its API: its URI is written back, and each stage serves the deployment that it had"
TWICE = "nothing: it is asked once when somebody connects"
SETTLES = websocket_api.PROPAGATION

Settings = websocket_api.Settings
physical_id = websocket_api.physical_id


def to_alias(trigger: Trigger[websocket_api.Settings], function: Function, alias: str) -> Repoint:
    """Point the authorizer at the alias, with everything else in the API that names the function."""
    return websocket_api.to_alias(trigger, function, alias)
