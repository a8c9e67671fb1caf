"""The two APIs of API Gateway behind one door: ``apigateway`` for REST APIs, ``apigatewayv2`` for the others.

They call the same things by other names. What an action has to do with a deployment, a stage or an authorizer stands
here once for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambda_migrate.actions.api_gateway import rest_content, websocket_content
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

REST, HTTP, WEBSOCKET = "REST", "HTTP", "WEBSOCKET"
LABELS = {REST: "rest api", HTTP: "http api", WEBSOCKET: "websocket api"}
"""What an action calls an API, before its name."""


_REST = {
    "content": "GetRestApi GetResources GetAuthorizers GetModels GetRequestValidators GetGatewayResponses",
    "deployments": "GetDeployments",
    "deploy": "CreateDeployment DeleteDeployment",
    "stage": "GetStage",
    "point": "UpdateStage",
    "authorizer": "GetAuthorizer UpdateAuthorizer",
}
_NEW = {
    "content": "GetIntegrations GetRoutes GetAuthorizers",
    "deployments": "GetDeployments",
    "deploy": "CreateDeployment DeleteDeployment",
    "stage": "GetStage",
    "point": "UpdateStage",
    "authorizer": "GetAuthorizer UpdateAuthorizer",
    "under way": "GetStages GetDeployment",
}


def calls_of(protocol: str, api: str, *ways: str, stage: str = "", authorizer: str = "") -> tuple[Call, ...]:
    """Return what an action calls.

    Args:
        protocol: ``REST``, ``HTTP`` or ``WEBSOCKET``.
        api: Id of the API.
        ways: What it has to do with it: ``content``, ``deployments``, ``deploy``, ``stage``, ``point``,
            ``authorizer``, ``under way``.
        stage: Name of the stage, for what is about one.
        authorizer: Id of the authorizer, likewise.
    """
    if protocol == REST:
        operations = " ".join(_REST.get(way, "") for way in ways)
        return calls("apigateway", operations, restApiId=api, stageName=stage, authorizerId=authorizer)
    operations = " ".join(_NEW[way] for way in ways)
    return calls("apigatewayv2", operations, ApiId=api, StageName=stage, AuthorizerId=authorizer)


class Gateway(Protocol):
    """What an action asks of an API, whichever kind it is."""

    def content(self, aws: Aws, api: str) -> Document:
        """Return the working copy."""

    def uris(self, content: Document) -> dict[str, str]:
        """Return the URIs in a working copy, by the names of what has them."""

    def without(self, content: Document, names: frozenset[str], *, bare: bool) -> Document:
        """Return a working copy without some URIs, or without all that has them; the same at every reading."""

    def deployments(self, aws: Aws, api: str, description: str) -> list[str]:
        """Return the ids of the deployments with a description."""

    def deploy(self, aws: Aws, api: str, description: str) -> None:
        """Make a deployment that no stage serves yet."""

    def remove(self, aws: Aws, api: str, deployment: str) -> None:
        """Delete a deployment that no stage serves."""

    def stage(self, aws: Aws, api: str, stage: str) -> Document | None:
        """Return a stage, ``{"deployment", "variables"}``; None where it is not there."""

    def point(self, aws: Aws, api: str, stage: str, deployment: str) -> None:
        """Have a stage serve a deployment."""

    def set_variable(self, aws: Aws, api: str, stage: str, name: str, value: str) -> None:
        """Set a variable of a stage; its others stay."""

    def authorizer(self, aws: Aws, api: str, authorizer: str) -> str | None:
        """Return the URI of an authorizer; None where it is not there."""

    def point_authorizer(self, aws: Aws, api: str, authorizer: str, uri: str) -> None:
        """Change the URI of an authorizer."""


class RestGateway:
    """REST APIs."""

    def content(self, aws: Aws, api: str) -> Document:
        """Return the working copy."""
        return rest_content.read(aws, api)

    def uris(self, content: Document) -> dict[str, str]:
        """Return the URIs in a working copy."""
        return rest_content.uris(content)

    def without(self, content: Document, names: frozenset[str], *, bare: bool) -> Document:
        """Return a working copy without some URIs, or without all that has them."""
        return rest_content.without(content, names, bare=bare)

    def deployments(self, aws: Aws, api: str, description: str) -> list[str]:
        """Return the ids of the deployments with a description."""
        listed = aws.pages("apigateway", "get_deployments", "items", restApiId=api, limit=500)
        return [str(each["id"]) for each in listed if each.get("description") == description]

    def deploy(self, aws: Aws, api: str, description: str) -> None:
        """Make a deployment that no stage serves yet."""
        aws.call("apigateway", "create_deployment", restApiId=api, description=description)

    def remove(self, aws: Aws, api: str, deployment: str) -> None:
        """Delete a deployment that no stage serves."""
        aws.call("apigateway", "delete_deployment", restApiId=api, deploymentId=deployment)

    def stage(self, aws: Aws, api: str, stage: str) -> Document | None:
        """Return a stage; None where it is not there."""
        answer = read_or_none(aws, "apigateway", "get_stage", restApiId=api, stageName=stage)
        if answer is None:
            return None
        return {
            "deployment": answer.get("deploymentId"),
            "variables": answer.get("variables") or {},
            "canary": answer.get("canarySettings") or {},
        }

    def point(self, aws: Aws, api: str, stage: str, deployment: str) -> None:
        """Have a stage serve a deployment."""
        self._patch(aws, api, stage, "/deploymentId", deployment)

    def set_variable(self, aws: Aws, api: str, stage: str, name: str, value: str) -> None:
        """Set a variable of a stage; its others stay."""
        self._patch(aws, api, stage, f"/variables/{name}", value)

    def _patch(self, aws: Aws, api: str, stage: str, path: str, value: str) -> None:
        patch = [{"op": "replace", "path": path, "value": value}]
        aws.call("apigateway", "update_stage", restApiId=api, stageName=stage, patchOperations=patch)

    def authorizer(self, aws: Aws, api: str, authorizer: str) -> str | None:
        """Return the URI of an authorizer; None where it is not there."""
        answer = read_or_none(aws, "apigateway", "get_authorizer", restApiId=api, authorizerId=authorizer)
        return str(answer.get("authorizerUri", "")) if answer else None

    def point_authorizer(self, aws: Aws, api: str, authorizer: str, uri: str) -> None:
        """Change the URI of an authorizer."""
        patch = [{"op": "replace", "path": "/authorizerUri", "value": uri}]
        aws.call("apigateway", "update_authorizer", restApiId=api, authorizerId=authorizer, patchOperations=patch)


class NewerGateway:
    """HTTP and WebSocket APIs."""

    def content(self, aws: Aws, api: str) -> Document:
        """Return the working copy."""
        return websocket_content.read(aws, api)

    def uris(self, content: Document) -> dict[str, str]:
        """Return the URIs in a working copy."""
        return websocket_content.uris(content)

    def without(self, content: Document, names: frozenset[str], *, bare: bool) -> Document:  # noqa: ARG002  # REST's
        """Return a working copy without some URIs."""
        return websocket_content.without(content, names)

    def deployments(self, aws: Aws, api: str, description: str) -> list[str]:
        """Return the ids of the deployments with a description."""
        listed = aws.pages("apigatewayv2", "get_deployments", "Items", ApiId=api)
        return [str(each["DeploymentId"]) for each in listed if each.get("Description") == description]

    def deploy(self, aws: Aws, api: str, description: str) -> None:
        """Make a deployment that no stage serves yet."""
        aws.call("apigatewayv2", "create_deployment", ApiId=api, Description=description)

    def remove(self, aws: Aws, api: str, deployment: str) -> None:
        """Delete a deployment that no stage serves."""
        aws.call("apigatewayv2", "delete_deployment", ApiId=api, DeploymentId=deployment)

    def stage(self, aws: Aws, api: str, stage: str) -> Document | None:
        """Return a stage; None where it is not there."""
        answer = read_or_none(aws, "apigatewayv2", "get_stage", ApiId=api, StageName=stage)
        if answer is None:
            return None
        return {"deployment": answer.get("DeploymentId"), "variables": answer.get("StageVariables") or {}}

    def point(self, aws: Aws, api: str, stage: str, deployment: str) -> None:
        """Have a stage serve a deployment."""
        aws.call("apigatewayv2", "update_stage", ApiId=api, StageName=stage, DeploymentId=deployment)

    def set_variable(self, aws: Aws, api: str, stage: str, name: str, value: str) -> None:
        """Set a variable of a stage; its others are sent too, because the map may be taken for the whole."""
        current = self.stage(aws, api, stage)
        variables = {**(current["variables"] if current else {}), name: value}
        aws.call("apigatewayv2", "update_stage", ApiId=api, StageName=stage, StageVariables=variables)

    def authorizer(self, aws: Aws, api: str, authorizer: str) -> str | None:
        """Return the URI of an authorizer; None where it is not there."""
        answer = read_or_none(aws, "apigatewayv2", "get_authorizer", ApiId=api, AuthorizerId=authorizer)
        return str(answer.get("AuthorizerUri", "")) if answer else None

    def point_authorizer(self, aws: Aws, api: str, authorizer: str, uri: str) -> None:
        """Change the URI of an authorizer."""
        aws.call("apigatewayv2", "update_authorizer", ApiId=api, AuthorizerId=authorizer, AuthorizerUri=uri)


_NEWER = NewerGateway()
GATEWAYS: dict[str, Gateway] = {REST: RestGateway(), HTTP: _NEWER, WEBSOCKET: _NEWER}
"""By the protocol of the API, as API Gateway calls it."""
