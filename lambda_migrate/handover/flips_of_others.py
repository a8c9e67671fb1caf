"""Flips of which the code says more than one value, or a document: Terraform leaves them alone by `ignore_changes`.

The next apply would undo each of them. What the code has to say in the end is written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.model import Flip, Terraform
from lambda_migrate.handover.naming import addressed, name_of, pointed

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Left:
    """How Terraform has a thing.

    Attributes:
        type: Of the resource.
        identity: Attributes by which a plan's resource is known to be it, and the action's fields that have them.
        ignored: What the flip changes of it.
        id: The fields that its id is made of, joined by ``separator``; the fields of `identity` without any.
        separator: Stands between the parts of its id.
    """

    type: str
    identity: dict[str, str]
    ignored: tuple[str, ...]
    id: tuple[str, ...] = ()
    separator: str = "/"


_API = {"api_id": "api_id"}
_REST = {"rest_api_id": "api_id"}
_ALARM = ("alarm_actions", "insufficient_data_actions", "ok_actions")
_INTEGRATION = ("connection_id", "connection_type", "credentials", "integration_http_method", "request_parameters")

KINDS: dict[str, Left] = {
    "point_route": Left(
        "aws_apigatewayv2_route",
        {**_API, "id": "route_id", "route_key": "name"},
        ("target",),
        ("api_id", "route_id"),
    ),
    "replace_rest_integration": Left(
        "aws_api_gateway_integration",
        {**_REST, "resource_id": "resource_id", "http_method": "verb"},
        (*_INTEGRATION, "timeout_milliseconds", "type", "uri"),
    ),
    "switch_mapping": Left("aws_lambda_event_source_mapping", {"uuid": "uuid"}, ("enabled",)),
    "switch_pipe": Left("aws_pipes_pipe", {"name": "name"}, ("desired_state",)),
    "send_pipe": Left("aws_pipes_pipe", {"name": "name"}, ("target", "target_parameters")),
    "point_alarm": Left("aws_cloudwatch_metric_alarm", {"alarm_name": "name"}, _ALARM),
    "point_user_pool": Left("aws_cognito_user_pool", {"id": "pool"}, ("lambda_config",)),
    "point_topic_rule": Left("aws_iot_topic_rule", {"name": "name"}, ("lambda",)),
    "point_receipt_rule": Left(
        "aws_ses_receipt_rule", {"rule_set_name": "rule_set", "name": "name"}, ("lambda_action",)
    ),
    "point_definition": Left("aws_sfn_state_machine", {"arn": "machine"}, ("definition",)),
    "point_config_rule": Left("aws_config_config_rule", {"name": "name"}, ("source",)),
}
"""By kinds of actions."""


def _left(action: Any) -> Flip:
    how = KINDS[action.kind]
    identity = {name: str(getattr(action, each)) for name, each in how.identity.items()}
    parts = [str(getattr(action, each)) for each in how.id] or list(identity.values())
    return Flip(
        name_of(action.kind.partition("_")[2], *parts),
        action.describe(),
        Terraform(how.type, how.separator.join(parts), identity, {}, how.ignored),
        source=str(getattr(action, "name", "")),
    )


def _authorizer(action: Any) -> Flip:
    rest = action.protocol == "REST"
    kind = "aws_api_gateway_authorizer" if rest else "aws_apigatewayv2_authorizer"
    identity = {"rest_api_id" if rest else "api_id": action.api_id, "id": action.authorizer_id}
    return Flip(
        name_of(action.api_id, action.name, "authorizer"),
        action.describe(),
        Terraform(kind, "/".join(identity.values()), identity, {"authorizer_uri": addressed(action.after)}),
        source=action.name,
    )


def _pipe(action: Any) -> Flip:
    part = action.part.lower()
    return Flip(
        name_of(action.name, part, "pipe"),
        action.describe(),
        Terraform("aws_pipes_pipe", action.name, {"name": action.name}, {part: pointed(action.after)}),
        source=action.name,
    )


def _rotation(action: Any) -> Flip:
    return Flip(
        name_of(action.name, "rotation"),
        action.describe(),
        Terraform(
            "aws_secretsmanager_secret_rotation",
            action.secret,
            {"secret_id": action.secret},
            {"rotation_lambda_arn": pointed(action.after)},
        ),
        source=action.name,
    )


FLIPS: dict[str, Callable[[Any], Flip]] = {
    **dict.fromkeys(KINDS, _left),
    "point_authorizer": _authorizer,
    "point_pipe": _pipe,
    "point_rotation": _rotation,
}
"""By kinds of actions."""
