"""Worlds of the actions on REST APIs, their stages and their authorizers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway.create_deployment import CreateDeployment
from lambda_migrate.actions.api_gateway.declare_parameters import DeclareParameters
from lambda_migrate.actions.api_gateway.expected import digest
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS
from lambda_migrate.actions.api_gateway.point_authorizer import PointAuthorizer
from lambda_migrate.actions.api_gateway.point_rest_integration import PointRestIntegration
from lambda_migrate.actions.api_gateway.point_stage import PointStage
from lambda_migrate.actions.api_gateway.replace_rest_integration import ReplaceRestIntegration
from lambda_migrate.actions.api_gateway.set_stage_variable import SetStageVariable
from lambda_migrate.actions.api_gateway.shift_stage import ShiftStage
from tests.actions.stage import MARKER, SECRET, World, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

PATH = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
OURS, THEIRS = "GET /a", "POST /b"
PASSING = ("createdDate", "lastUpdatedDate", "CreatedDate", "LastUpdatedDate", "ResponseMetadata")


@dataclass
class Rest:
    """A REST API with two methods that invoke the stage's function, and an authorizer that does."""

    stage: Stage
    api: str
    uri: str
    resources: dict[str, str]
    authorizer: str
    deployment: str

    @classmethod
    def of(cls, stage: Stage) -> Rest:
        gateway = stage.client("apigateway")
        uri = PATH.format(stage.function())
        stage.alias("live", stage.publish("original"))
        api = gateway.create_rest_api(name=stage.name)["id"]
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        resources = {}
        for name in (OURS, THEIRS):
            verb, path = name.split(" /")
            resources[name] = gateway.create_resource(restApiId=api, parentId=root, pathPart=path)["id"]
            about = {"restApiId": api, "resourceId": resources[name], "httpMethod": verb}
            gateway.put_method(**about, authorizationType="NONE")
            gateway.put_integration(**about, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        authorizer = gateway.create_authorizer(
            restApiId=api,
            name="who",
            type="TOKEN",
            authorizerUri=uri,
            identitySource="method.request.header.Authorization",
        )["id"]
        deployment = gateway.create_deployment(restApiId=api, stageName="prod", variables={"fn": stage.name})["id"]
        return cls(stage, api, uri, resources, authorizer, deployment)

    @property
    def gateway(self) -> Any:
        return self.stage.client("apigateway")

    @property
    def live(self) -> str:
        return self.uri.replace("/invocations", ":live/invocations")

    def integration(self, name: str, **patch: str) -> None:
        """Change a method's integration."""
        self.gateway.update_integration(
            restApiId=self.api,
            resourceId=self.resources[name],
            httpMethod=name.partition(" ")[0],
            patchOperations=[{"op": "replace", "path": f"/{field}", "value": value} for field, value in patch.items()],
        )

    def patch_stage(self, path: str, value: str) -> None:
        patch = [{"op": "replace", "path": path, "value": value}]
        self.gateway.update_stage(restApiId=self.api, stageName="prod", patchOperations=patch)

    def documents(self) -> Any:
        """Return everything in the API that an action may touch; deployments by what they are called."""
        gateway = self.gateway
        deployments = gateway.get_deployments(restApiId=self.api)["items"]
        called = {each["id"]: each.get("description") or "first" for each in deployments}
        stage = steadily(gateway.get_stage(restApiId=self.api, stageName="prod"))
        if "canarySettings" in stage:
            canary = stage["canarySettings"]
            stage["canarySettings"] = {**canary, "deploymentId": called.get(canary["deploymentId"])}
        resources = gateway.get_resources(restApiId=self.api, embed=["methods"])["items"]
        return {
            "resources": {each["id"]: each for each in resources},
            "authorizers": {each["id"]: each for each in gateway.get_authorizers(restApiId=self.api)["items"]},
            "deployments": dict.fromkeys(called.values(), True),
            "stage": {**stage, "deploymentId": called.get(stage["deploymentId"])},
        }

    def rest(self, *names: str) -> str:
        gateway = GATEWAYS["REST"]
        return digest(gateway, gateway.content(self.stage.aws, self.api), names)


def steadily(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of API Gateway without what passes by itself."""
    return steady(document, *PASSING)


def point_rest_integration(stage: Stage) -> World:
    rest = Rest.of(stage)
    return World(
        PointRestIntegration(rest.api, rest.resources[OURS], "GET", OURS, rest.uri, rest.live),
        documents=rest.documents,
        foreign=lambda: rest.integration(OURS, timeoutInMillis="5000"),
        drift=lambda: rest.integration(OURS, uri=rest.uri.replace("/invocations", ":theirs/invocations")),
    )


def create_deployment(stage: Stage) -> World:
    rest = Rest.of(stage)
    return World(
        CreateDeployment("REST", rest.api, stage.name, MARKER, {OURS: rest.uri}, rest.rest(OURS)),
        documents=rest.documents,
        foreign=lambda: rest.gateway.create_deployment(restApiId=rest.api, description="theirs"),
    )


def point_stage(stage: Stage) -> World:
    rest = Rest.of(stage)
    rest.gateway.create_deployment(restApiId=rest.api, description=MARKER)

    def theirs() -> None:
        made = rest.gateway.create_deployment(restApiId=rest.api, description="theirs")
        rest.patch_stage("/deploymentId", made["id"])

    about = ("REST", rest.api, stage.name, "prod", rest.deployment, f"marker:{MARKER}")
    return World(
        PointStage(*about, {OURS: rest.uri}, rest.rest(OURS)),
        documents=rest.documents,
        foreign=lambda: rest.patch_stage("/variables/theirs", "1"),
        drift=theirs,
    )


def point_authorizer(stage: Stage) -> World:
    rest = Rest.of(stage)

    def update(field: str, value: str) -> None:
        patch = [{"op": "replace", "path": f"/{field}", "value": value}]
        rest.gateway.update_authorizer(restApiId=rest.api, authorizerId=rest.authorizer, patchOperations=patch)

    return World(
        PointAuthorizer("REST", rest.api, rest.authorizer, "who", rest.uri, rest.live),
        documents=rest.documents,
        foreign=lambda: update("identitySource", "method.request.header.Who"),
        drift=lambda: update("authorizerUri", rest.uri.replace("/invocations", ":theirs/invocations")),
    )


def set_stage_variable(stage: Stage) -> World:
    rest = Rest.of(stage)
    return World(
        SetStageVariable("REST", rest.api, stage.name, "prod", "fn", stage.name, f"{stage.name}:live"),
        documents=rest.documents,
        foreign=lambda: rest.patch_stage("/variables/theirs", "1"),
        drift=lambda: rest.patch_stage("/variables/fn", "theirs"),
    )


def declare_parameters(stage: Stage) -> World:
    rest = Rest.of(stage)
    declared = ["method.request.path.a", "method.request.path.b"]

    def declare(name: str) -> None:
        rest.gateway.update_method(
            restApiId=rest.api,
            resourceId=rest.resources[OURS],
            httpMethod="GET",
            patchOperations=[{"op": "add", "path": f"/requestParameters/{name}", "value": "true"}],
        )

    return World(
        DeclareParameters(rest.api, rest.resources[OURS], "GET", OURS, declared),
        documents=rest.documents,
        foreign=lambda: declare("method.request.header.theirs"),
        drift=lambda: declare(declared[0]),
    )


def replace_rest_integration(
    stage: Stage, secrets: dict[str, str] | None = None, link: dict[str, str] | None = None
) -> World:
    rest = Rest.of(stage)
    before = {
        "type": "AWS_PROXY",
        "httpMethod": "POST",
        "uri": rest.uri,
        "credentials": None,
        "requestParameters": {},
        **dict.fromkeys(link or ()),
        "connectionType": "INTERNET",
    }
    after = {
        **before,
        **(link or {}),
        "type": "HTTP_PROXY",
        "httpMethod": "GET",
        "uri": "https://orders.example.com/{a}",
        "requestParameters": {"integration.request.path.a": "method.request.path.a"},
    }
    return World(
        ReplaceRestIntegration(rest.api, rest.resources[OURS], "GET", OURS, before, after, secrets or {}),
        documents=rest.documents,
        foreign=lambda: rest.integration(OURS, passthroughBehavior="NEVER"),
        drift=lambda: rest.integration(OURS, uri="https://theirs.example.com"),
    )


def replace_rest_integration_by_a_link(stage: Stage) -> World:
    balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/orders/1"
    link = {"connectionType": "VPC_LINK", "connectionId": "link1", "integrationTarget": balancer}
    return replace_rest_integration(stage, link=link)


def replace_rest_integration_with_a_key(stage: Stage) -> World:
    return replace_rest_integration(stage, {"integration.request.header.x-key": stage.secret(SECRET)})


def shift_stage(stage: Stage, before: float = 0.0, after: float = 10.0) -> World:
    rest = Rest.of(stage)
    rest.gateway.create_deployment(restApiId=rest.api, description=MARKER)
    gateway = GATEWAYS["REST"]
    bare = digest(gateway, gateway.content(stage.aws, rest.api), [OURS], bare=True)
    about = (rest.api, stage.name, "prod", rest.deployment, f"marker:{MARKER}")
    if before:
        ShiftStage(*about, 0.0, before, {OURS: rest.uri}, bare).apply(stage.aws)

    def theirs() -> None:
        made = rest.gateway.create_deployment(restApiId=rest.api, description="theirs")
        rest.patch_stage("/deploymentId", made["id"])

    return World(
        ShiftStage(*about, before, after, {OURS: rest.uri}, bare),
        documents=rest.documents,
        foreign=lambda: rest.patch_stage("/variables/theirs", "1"),
        drift=theirs,
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_rest_integration": point_rest_integration,
    "create_deployment": create_deployment,
    "point_stage": point_stage,
    "point_authorizer": point_authorizer,
    "set_stage_variable": set_stage_variable,
    "declare_parameters": declare_parameters,
    "replace_rest_integration": replace_rest_integration,
    "replace_rest_integration/keyed": replace_rest_integration_with_a_key,
    "replace_rest_integration/linked": replace_rest_integration_by_a_link,
    "shift_stage": shift_stage,
    "shift_stage/whole": lambda stage: shift_stage(stage, 10.0, 100.0),
}
