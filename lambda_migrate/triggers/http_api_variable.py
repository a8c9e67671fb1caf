"""HTTP APIs whose integration names the function by a variable of the stage.

The variable changes, in one write for each stage, and nothing has to be deployed; back is the same write. A stage that
still serves an earlier deployment which names the function is found here too, and has to be deployed by its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.gateway import HTTP
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.triggers import base, http_api, stage_variable
from lambda_migrate.triggers.base import Repoint
from lambda_migrate.triggers.stage_variable import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "http_api_variable"
LABEL = "stage of HTTP API"
TRAFFIC = "requests"
FOUND = "the API's integrations, and the variables of its stages"
PRINCIPALS = ("apigateway.amazonaws.com",)
ALIAS = "the stage's variable changes, without a deployment"
STAYS = "the URI of its integration belongs to all stages; write the service's URL there by hand"
BACK = "the variable gets its old value"
TWICE = "nothing: a request takes the old way or the new one"
SETTLES = stage_variable.PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a stage.

    Attributes:
        api: The API's id.
        stage: The stage.
        variables: How its variables lead to the function; none where it serves an earlier deployment.
    """

    api: str
    stage: str
    variables: Variables = stage_variable.NONE

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        return super().from_dict({**data, "variables": Variables.from_dict(data["variables"])})


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return the API's id: a template may have its stages in the API's body."""
    return trigger.settings.api


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Set the stage's variable such that it names the alias."""
    settings = trigger.settings
    if settings.variables.stage:
        return stage_variable.to_alias(settings.variables, HTTP, settings.api, trigger.name, function, alias)
    stage = http_api.Stage(settings.stage, automatic=False)
    return Repoint(blockers=http_api.deployed_by_hand(trigger.name, (stage,)))


def request_metrics(trigger: Trigger[Settings], _function: Function) -> SourceMetrics:
    """Return what a stage of an HTTP API counts ("Monitor CloudWatch metrics for HTTP APIs", developer guide)."""
    about = {"ApiId": trigger.settings.api, "Stage": trigger.settings.stage}
    return SourceMetrics.of_requests("AWS/ApiGateway", about, "Count", "5xx", "4xx")
