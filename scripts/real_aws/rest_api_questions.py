"""Questions about the stages of REST APIs: what is deployed, what a canary takes, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.api_gateway import rest_content
from scripts.real_aws.world import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.real_aws.world import World


class Reading:
    """What reads a REST API as lambda-migrate does, with boto3 alone."""

    def __init__(self, world: World) -> None:
        self._world = world

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Call AWS."""
        return getattr(self._world.client(service), operation)(**parameters)

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        """Yield the items of all pages."""
        for page in self._world.client(service).get_paginator(operation).paginate(**parameters):
            yield from page.get(key, ())


def rest_stage(world: World) -> Iterator[str]:
    """Does an export show what was deployed? Is a canary set, promoted and removed in one call each?"""
    gateway = world.client("apigateway")
    api = gateway.create_rest_api(name=world.name, binaryMediaTypes=["image/png"])["id"]
    world.later(gateway.delete_rest_api, restApiId=api)
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="{proxy+}")["id"]
    method = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    uri = f"arn:{world.partition}:apigateway:{world.region}:lambda:path/2015-03-31/functions/{world.arn}/invocations"
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    header = {"gatewayresponse.header.x-check": "'yes'"}
    gateway.put_gateway_response(restApiId=api, responseType="DEFAULT_4XX", responseParameters=header)
    first = gateway.create_deployment(restApiId=api, stageName="check")["id"]
    reading: Any = Reading(world)
    found = rest_content.differences(rest_content.deployed(reading, api, "check"), rest_content.read(reading, api))
    yield f"what was just deployed differs from the API in: {'; '.join(found) or 'nothing'}"
    second = gateway.create_deployment(restApiId=api, description="second")["id"]
    yield f"a canary in one call: {_patched(world, api, _canary(second, '10'))}"
    yield f"another deployment meanwhile: {refusal(gateway.create_deployment, restApiId=api, stageName='check')}"
    promoted = [
        {"op": "replace", "path": "/deploymentId", "value": second},
        {"op": "remove", "path": "/canarySettings"},
    ]
    yield f"promoted and removed in one call: {_patched(world, api, promoted)}; {_shown(world, api)}"
    kept = refusal(gateway.delete_deployment, restApiId=api, deploymentId=second)
    yield f"deleting a deployment that is served: {kept}"
    back = [{"op": "replace", "path": "/deploymentId", "value": first}]
    yield f"back in one call: {_patched(world, api, back)}"


def _canary(deployment: str, percent: str) -> list[dict[str, str]]:
    settings = {"deploymentId": deployment, "percentTraffic": percent}
    return [{"op": "replace", "path": f"/canarySettings/{name}", "value": value} for name, value in settings.items()]


def _patched(world: World, api: str, operations: list[dict[str, str]]) -> str:
    gateway = world.client("apigateway")
    return refusal(gateway.update_stage, restApiId=api, stageName="check", patchOperations=operations)


def _shown(world: World, api: str) -> str:
    stage = world.client("apigateway").get_stage(restApiId=api, stageName="check")
    return "a canary is left" if stage.get("canarySettings") else "no canary is left"
