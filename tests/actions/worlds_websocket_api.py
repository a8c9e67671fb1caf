"""Worlds of the actions on WebSocket and HTTP APIs, their stages and their authorizers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.expected import digest
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.point_websocket_integration import PointWebsocketIntegration
from lambda_migrate.actions.api_gateway.set_stage_variable import SetStageVariable
from tests.actions.stage import MARKER, World
from tests.actions.worlds_rest_api import PATH, steadily

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


@dataclass
class WebSocket:
    """A WebSocket API with an integration and an authorizer, and a stage that is deployed by hand."""

    stage: Stage
    api: str
    uri: str
    integration: str
    authorizer: str
    deployment: str

    @classmethod
    def of(cls, stage: Stage, protocol: str = "WEBSOCKET") -> WebSocket:
        gateway = stage.client("apigatewayv2")
        uri = PATH.format(stage.function())
        stage.alias("live", stage.publish("original"))
        selection = {"RouteSelectionExpression": "$request.body.action"} if protocol == "WEBSOCKET" else {}
        api = gateway.create_api(Name=stage.name, ProtocolType=protocol, **selection)["ApiId"]
        made = gateway.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri)
        identity = "route.request.header.Auth" if protocol == "WEBSOCKET" else "$request.header.Authorization"
        authorizer = gateway.create_authorizer(
            ApiId=api, Name="who", AuthorizerType="REQUEST", AuthorizerUri=uri, IdentitySource=[identity]
        )["AuthorizerId"]
        deployment = gateway.create_deployment(ApiId=api)["DeploymentId"]
        variables = {"fn": stage.name, "table": "orders"}
        gateway.create_stage(ApiId=api, StageName="prod", DeploymentId=deployment, StageVariables=variables)
        return cls(stage, api, uri, made["IntegrationId"], authorizer, deployment)

    @property
    def gateway(self) -> Any:
        return self.stage.client("apigatewayv2")

    @property
    def live(self) -> str:
        return self.uri.replace("/invocations", ":live/invocations")

    @property
    def theirs(self) -> str:
        return self.uri.replace("/invocations", ":theirs/invocations")

    def update(self, **fields: Any) -> None:
        self.gateway.update_integration(ApiId=self.api, IntegrationId=self.integration, **fields)

    def update_stage(self, **fields: Any) -> None:
        self.gateway.update_stage(ApiId=self.api, StageName="prod", **fields)

    def set_variable(self, name: str, value: str) -> None:
        variables = self.gateway.get_stage(ApiId=self.api, StageName="prod")["StageVariables"]
        self.update_stage(StageVariables={**variables, name: value})

    def documents(self) -> Any:
        gateway = self.gateway
        deployments = gateway.get_deployments(ApiId=self.api)["Items"]
        called = {each["DeploymentId"]: each.get("Description") or "first" for each in deployments}
        stage = steadily(gateway.get_stage(ApiId=self.api, StageName="prod"))
        return {
            "integrations": {each["IntegrationId"]: each for each in gateway.get_integrations(ApiId=self.api)["Items"]},
            "authorizers": {each["AuthorizerId"]: each for each in gateway.get_authorizers(ApiId=self.api)["Items"]},
            "deployments": dict.fromkeys(called.values(), True),
            "stage": {**stage, "DeploymentId": called.get(stage["DeploymentId"])},
        }

    def rest(self) -> tuple[dict[str, str], str]:
        name, gateway = f"integration {self.integration}", GATEWAYS["WEBSOCKET"]
        return {name: self.uri}, digest(gateway, gateway.content(self.stage.aws, self.api), [name])


def point_websocket_integration(stage: Stage) -> World:
    socket = WebSocket.of(stage)
    return World(
        PointWebsocketIntegration(socket.api, socket.integration, stage.name, socket.uri, socket.live),
        documents=socket.documents,
        foreign=lambda: socket.update(TimeoutInMillis=5000),
        drift=lambda: socket.update(IntegrationUri=socket.theirs),
    )


def create_deployment_of_a_websocket_api(stage: Stage) -> World:
    socket = WebSocket.of(stage)
    return World(
        CreateDeployment("WEBSOCKET", socket.api, stage.name, MARKER, *socket.rest()),
        documents=socket.documents,
        foreign=lambda: socket.gateway.create_deployment(ApiId=socket.api, Description="theirs"),
    )


def point_stage_of_a_websocket_api(stage: Stage) -> World:
    socket = WebSocket.of(stage)
    socket.gateway.create_deployment(ApiId=socket.api, Description=MARKER)

    def theirs() -> None:
        made = socket.gateway.create_deployment(ApiId=socket.api, Description="theirs")
        socket.update_stage(DeploymentId=made["DeploymentId"])

    about = ("WEBSOCKET", socket.api, stage.name, "prod", socket.deployment, f"marker:{MARKER}")
    return World(
        PointStage(*about, *socket.rest()),
        documents=socket.documents,
        foreign=lambda: socket.update_stage(Description="theirs"),
        drift=theirs,
    )


def point_authorizer_of_an_http_api(stage: Stage) -> World:
    http = WebSocket.of(stage, "HTTP")

    def update(**fields: Any) -> None:
        http.gateway.update_authorizer(ApiId=http.api, AuthorizerId=http.authorizer, **fields)

    return World(
        PointAuthorizer("HTTP", http.api, http.authorizer, "who", http.uri, http.live),
        documents=http.documents,
        foreign=lambda: update(IdentitySource=["$request.header.Who"]),
        drift=lambda: update(AuthorizerUri=http.theirs),
    )


def set_stage_variable_of_an_http_api(stage: Stage) -> World:
    http = WebSocket.of(stage, "HTTP")
    return World(
        SetStageVariable("HTTP", http.api, stage.name, "prod", "fn", stage.name, f"{stage.name}:live"),
        documents=http.documents,
        foreign=lambda: http.set_variable("theirs", "1"),
        drift=lambda: http.set_variable("fn", "theirs"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_websocket_integration": point_websocket_integration,
    "create_deployment/websocket": create_deployment_of_a_websocket_api,
    "point_stage/websocket": point_stage_of_a_websocket_api,
    "point_authorizer/http": point_authorizer_of_an_http_api,
    "set_stage_variable/http": set_stage_variable_of_an_http_api,
}
