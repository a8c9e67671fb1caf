"""Flips of REST APIs, of stages that serve another deployment, and of function URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.model import CloudFormation, Flip, Terraform
from lambda_migrate.handover.naming import addressed, name_of, said

if TYPE_CHECKING:
    from collections.abc import Callable

METHOD, STAGE = "AWS::ApiGateway::Method", "AWS::ApiGateway::Stage"
_WHOLE = 100


def _integration(action: Any) -> Flip:
    uri = addressed(action.after)
    where = {"rest_api_id": action.api_id, "resource_id": action.resource_id, "http_method": action.verb}
    return Flip(
        name_of(action.api_id, action.name, "integration"),
        action.describe(),
        Terraform("aws_api_gateway_integration", "/".join(where.values()), where, {"uri": uri}),
        # CloudFormation draws a method's id itself, and nothing shows it: "" is any
        CloudFormation(METHOD, "", {}, {"Integration": {"Uri": uri}}),
        source=action.name,
    )


def _stage(action: Any) -> Flip:
    return _served(action, getattr(action, "protocol", "REST"), ("deployment_id",))


def _shifted(action: Any) -> Flip:
    return _served(action, "REST", ("deployment_id", *(() if action.after >= _WHOLE else ("canary_settings",))))


def _served(action: Any, protocol: str, ignored: tuple[str, ...]) -> Flip:
    """Return that a stage serves our deployment: Terraform would make it serve its own again."""
    rest = protocol == "REST"
    identity = {"rest_api_id": action.api_id, "stage_name": action.stage}
    identity = identity if rest else {"api_id": action.api_id, "name": action.stage}
    kind = "aws_api_gateway_stage" if rest else "aws_apigatewayv2_stage"
    return Flip(
        name_of(action.api_id, action.stage, "stage"),
        f"stage {action.stage} of {action.name} serves our deployment: let it deploy again once the code is changed",
        Terraform(kind, f"{action.api_id}/{action.stage}", identity, {}, ignored),
        CloudFormation(
            STAGE if rest else "AWS::ApiGatewayV2::Stage", action.stage, {}, {"DeploymentId": "ours"}, stays=True
        ),
    )


_CORS = ("AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge")


def _url(action: Any) -> Flip:
    settings, cors = action.settings, action.settings.get("Cors") or {}
    where = {"function_name": action.function, "qualifier": action.alias}
    attributes = {"authorization_type": settings.get("AuthType"), "invoke_mode": settings.get("InvokeMode")}
    allowed = said({_snake(name): cors.get(name) for name in _CORS})
    properties = {
        "TargetFunctionArn": action.function,
        "Qualifier": action.alias,
        "AuthType": settings.get("AuthType"),
        "InvokeMode": settings.get("InvokeMode"),
        "Cors": said({name: cors.get(name) for name in _CORS}) or None,
    }
    return Flip(
        name_of(action.alias, "url"),
        action.describe(),
        Terraform(
            "aws_lambda_function_url",
            f"{action.function}/{action.alias}",
            where,
            where | said(attributes) | ({"cors": allowed} if allowed else {}),
        ),
        CloudFormation("AWS::Lambda::Url", action.alias, {"FunctionArn": ""}, said(properties)),
        made=True,
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


FLIPS: dict[str, Callable[[Any], Flip]] = {
    "point_rest_integration": _integration,
    "point_stage": _stage,
    "shift_stage": _shifted,
    "create_function_url": _url,
}
"""By kinds of actions."""
