"""WebSocket APIs of API Gateway: one trigger for each integration of the function.

The integration's URI changes in place, so that its routes move together; connections that are open stay open, and their
next message goes to the alias. A stage that deploys by itself shows it at once. For one that does not, a deployment is
made and the stage is pointed at it; back, it serves the deployment that it had. Nothing comes twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.gateway import WEBSOCKET
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.point_websocket_integration import PointWebsocketIntegration
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import websocket_api_deployed_by_hand
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers import base, stage_variable
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.rest_api import MARKER, pointed
from lambda_migrate.triggers.rest_api_settings import Part
from lambda_migrate.triggers.stage_variable import Variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.actions import Action
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "websocket_api"
LABEL = "WebSocket API"
TRAFFIC = "events"
FOUND = "the permission or a role, the API's integrations, the variables of its stages"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = (
    "the integration's URI changes in place; stages that do not deploy by themselves serve one deployment that is made"
    " for it; a stage's variable changes without a deployment"
)
STAYS = "its routes answer connections that API Gateway holds, which a service would have to speak to by its API"
BACK = "the URI is written back, and each stage serves the deployment that it had"
TWICE = "nothing: a message takes the old way or the new one"

PROPAGATION = 30.0
"""Seconds until a change serves everywhere; AWS says so nowhere, and this is generous."""

SETTLES = PROPAGATION


@dataclass(frozen=True)
class Stage:
    """A stage of the API: its name, what it serves, and whether it deploys every change by itself."""

    name: str
    deployment: str
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a WebSocket API.

    Attributes:
        api: Its id.
        api_name: Its name.
        parts: Integrations and authorizers that name the qualifier, ``integration <id>`` and ``authorizer <id>``.
        stages: Its stages.
        rest: The digest of the API without the URIs of `parts`.
        variables: How a stage's variables lead to the function, where they do.
    """

    api: str
    api_name: str
    parts: tuple[Part, ...] = ()
    stages: tuple[Stage, ...] = ()
    rest: str = ""
    variables: Variables = stage_variable.NONE

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        parts, stages = (Part(**each) for each in data["parts"]), (Stage(**each) for each in data["stages"])
        variables = Variables.from_dict(data["variables"])
        return super().from_dict({**data, "parts": tuple(parts), "stages": tuple(stages), "variables": variables})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the API's id: a template may have its integrations in the API's body."""
    return trigger.settings.api


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Point everything in the API that names the function at the alias, and have each stage serve that."""
    settings, target = trigger.settings, function.qualified_arn(alias)
    if settings.variables.stage:
        return stage_variable.to_alias(settings.variables, WEBSOCKET, settings.api, trigger.name, function, alias)
    after = {part.name: pointed(part.uri, function, target) for part in settings.parts}
    steps = [
        Step("", _action(settings, part, after[part.name]), "its routes reach the alias", propagation=PROPAGATION)
        for part in settings.parts
    ]
    by_hand = [stage for stage in settings.stages if not stage.automatic]
    if by_hand and settings.parts:
        steps += _deployed(settings, by_hand, after)
    roles = (part.role for part in settings.parts)
    return Repoint(
        tuple(steps), (*stage_variable.by_role(roles, settings.api_name, target), *_by_hand(trigger, by_hand))
    )


def _action(settings: Settings, part: Part, after: str) -> Action:
    if part.authorizer:
        return PointAuthorizer(WEBSOCKET, settings.api, part.authorizer, part.authorizer, part.uri, after)
    identity = part.name.partition(" ")[2]
    return PointWebsocketIntegration(settings.api, identity, settings.api_name, part.uri, after)


def _deployed(settings: Settings, by_hand: list[Stage], after: dict[str, str]) -> Iterator[Step]:
    marker = f"{MARKER}{sha256([settings.api, after, settings.rest])[:16]}"
    about = (WEBSOCKET, settings.api, settings.api_name)
    yield Step("", CreateDeployment(*about, marker, after, settings.rest), "it holds our change")
    for stage in by_hand:
        action = PointStage(*about, stage.name, stage.deployment, f"marker:{marker}", after, settings.rest)
        yield Step("", action, "its messages reach the alias", propagation=PROPAGATION)


def _by_hand(trigger: Trigger[Settings], by_hand: list[Stage]) -> Iterator[Blocker]:
    for stage in by_hand:
        text = (
            f"stage `{stage.name}` of WebSocket API `{trigger.settings.api_name}` does not deploy by itself, and AWS"
            " does not show what it serves; see to it that it serves the API as it stands, then accept this"
        )
        yield closed(websocket_api_deployed_by_hand, text, trigger.settings.api_name)
