"""API Gateway: REST APIs, of which a stage serves the deployment that it points at, whatever becomes of the API."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.shelf import Document
    from tests.simulation.world import World

SPREAD = 30.0
"""Seconds until a stage serves another deployment everywhere, at most."""

ANY = "x-amazon-apigateway-any-method"
EXTENSION = "x-amazon-apigateway-integration"
LEFT_OUT = ("cacheNamespace",)


def _missing(what: str) -> Refused:
    return Refused("NotFoundException", f"Invalid {what} identifier specified", 404)


def _bad(text: str) -> Refused:
    return Refused("BadRequestException", text, 400)


class ApiGateway:
    """REST APIs by id, and what they have by ``api/id``; deployments hold what the resources were."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.apis = Shelf(world)
        self.resources = Shelf(world)
        self.deployments = Shelf(world)
        self.stages = Shelf(world, spread=world.spread(SPREAD))
        self.snapshots: dict[str, list[Document]] = {}

    def create_rest_api(self, *, name: str) -> Document:
        api = self.world.drawn(10)
        self.apis.put(api, {"id": api, "name": name})
        self.resources.put(f"{api}/root", {"id": "root", "path": "/"})
        return dict(self.apis.truth[api])

    def get_rest_api(self, *, restApiId: str) -> Document:
        found = self.apis.seen(restApiId)
        if found is None:
            raise _missing("API")
        return dict(found)

    def get_rest_apis(self, *, limit: int = 500) -> Document:
        return {"items": [dict(each) for _, each in self.apis.listed()][:limit]}

    def create_resource(self, *, restApiId: str, parentId: str, pathPart: str) -> Document:
        parent = self.resources.truth[f"{restApiId}/{parentId}"]["path"].rstrip("/")
        document = {"id": self.world.drawn(6), "parentId": parentId, "path": f"{parent}/{pathPart}"}
        self.resources.put(f"{restApiId}/{document['id']}", document)
        return dict(document)

    def get_resources(self, *, restApiId: str, embed: list[str] | None = None, limit: int = 25) -> Document:
        self.get_rest_api(restApiId=restApiId)
        found = [dict(each) for key, each in self.resources.listed() if key.startswith(f"{restApiId}/")]
        for each in found if embed != ["methods"] else ():
            each.pop("resourceMethods", None)
        return {"items": found[:limit]}

    def get_authorizers(self, *, restApiId: str) -> Document:
        return self._none_of(restApiId)

    def get_models(self, *, restApiId: str) -> Document:
        return self._none_of(restApiId)

    def get_request_validators(self, *, restApiId: str) -> Document:
        return self._none_of(restApiId)

    def get_gateway_responses(self, *, restApiId: str) -> Document:
        return self._none_of(restApiId)

    def _none_of(self, api: str) -> Document:
        self.get_rest_api(restApiId=api)
        return {"items": []}

    def put_method(self, *, restApiId: str, resourceId: str, httpMethod: str, authorizationType: str) -> Document:
        method = {"httpMethod": httpMethod, "authorizationType": authorizationType, "apiKeyRequired": False}
        self._write(restApiId, resourceId, httpMethod, method)
        return method

    def get_method(self, *, restApiId: str, resourceId: str, httpMethod: str) -> Document:
        resource = self.resources.seen(f"{restApiId}/{resourceId}") or {}
        found = (resource.get("resourceMethods") or {}).get(httpMethod)
        if found is None:
            raise _missing("Method")
        return dict(found)

    def update_method(
        self, *, restApiId: str, resourceId: str, httpMethod: str, patchOperations: list[Document]
    ) -> Document:
        method = self._method(restApiId, resourceId, httpMethod)
        declared = dict(method.get("requestParameters") or {})
        for patch in patchOperations:
            name = patch["path"].removeprefix("/requestParameters/")
            if patch["op"] == "remove":
                declared.pop(name, None)
            else:
                declared[name] = patch["value"] == "true"
        changed = {**method, "requestParameters": declared} if declared else {**method}
        if not declared:
            changed.pop("requestParameters", None)
        self._write(restApiId, resourceId, httpMethod, changed)
        return changed

    def put_integration(
        self, *, restApiId: str, resourceId: str, httpMethod: str, integrationHttpMethod: str, **settings: Any
    ) -> Document:
        usual = {"connectionType": "INTERNET", "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000}
        integration = {**usual, "cacheNamespace": resourceId, **settings, "httpMethod": integrationHttpMethod}
        method = self._method(restApiId, resourceId, httpMethod)
        self._write(restApiId, resourceId, httpMethod, {**method, "methodIntegration": integration})
        return dict(integration)

    def get_integration(self, *, restApiId: str, resourceId: str, httpMethod: str) -> Document:
        method = self.get_method(restApiId=restApiId, resourceId=resourceId, httpMethod=httpMethod)
        if "methodIntegration" not in method:
            raise _missing("Integration")
        return dict(method["methodIntegration"])

    def update_integration(
        self, *, restApiId: str, resourceId: str, httpMethod: str, patchOperations: list[Document]
    ) -> Document:
        method = self._method(restApiId, resourceId, httpMethod)
        changed = {each["path"].removeprefix("/"): each["value"] for each in patchOperations}
        if "timeoutInMillis" in changed:
            changed["timeoutInMillis"] = int(changed["timeoutInMillis"])
        integration = {**method["methodIntegration"], **changed}
        self._write(restApiId, resourceId, httpMethod, {**method, "methodIntegration": integration})
        return dict(integration)

    def test_invoke_method(
        self, *, restApiId: str, resourceId: str, httpMethod: str, pathWithQueryString: str, headers: Document
    ) -> Document:
        """Answer as the service does: whether it is reached is shown on the embedded AWS."""
        found = (self.resources.truth.get(f"{restApiId}/{resourceId}") or {}).get("resourceMethods") or {}
        if httpMethod not in found and "ANY" not in found:
            raise _missing("Method")
        assert (pathWithQueryString[:1], type(headers)) == ("/", dict)
        return {"status": 200, "body": '{"service": "orders"}'}

    def _method(self, api: str, resource: str, verb: str) -> Document:
        found = (self.resources.truth.get(f"{api}/{resource}") or {}).get("resourceMethods") or {}
        if verb not in found:
            raise _missing("Method")
        return dict(found[verb])

    def _write(self, api: str, resource: str, verb: str, method: Document) -> None:
        key = f"{api}/{resource}"
        document = self.resources.truth[key]
        methods = {**(document.get("resourceMethods") or {}), verb: method}
        self.resources.put(key, {**document, "resourceMethods": methods})

    def create_deployment(self, *, restApiId: str, stageName: str = "", description: str = "") -> Document:
        self.get_rest_api(restApiId=restApiId)
        identity = self.world.drawn(6)
        self.snapshots[identity] = [
            each for key, each in self.resources.truth.items() if key.startswith(f"{restApiId}/")
        ]
        self.deployments.put(f"{restApiId}/{identity}", {"id": identity, "description": description})
        if stageName:
            key = f"{restApiId}/{stageName}"
            before = self.stages.truth.get(key) or {"stageName": stageName}
            self.stages.put(key, {**before, "deploymentId": identity})
        return {"id": identity, "description": description}

    def get_deployments(self, *, restApiId: str, limit: int = 25) -> Document:
        found = [dict(each) for key, each in self.deployments.listed() if key.startswith(f"{restApiId}/")]
        return {"items": found[:limit]}

    def delete_deployment(self, *, restApiId: str, deploymentId: str) -> Document:
        key = f"{restApiId}/{deploymentId}"
        if key not in self.deployments.truth:
            raise _missing("Deployment")
        for name, stage in self.stages.truth.items():
            if name.startswith(f"{restApiId}/") and deploymentId in served_by(stage):
                raise _bad("Active stages pointing to this deployment must be moved or deleted")
        self.deployments.drop(key)
        return {}

    def get_stages(self, *, restApiId: str) -> Document:
        return {"item": [dict(each) for key, each in self.stages.listed() if key.startswith(f"{restApiId}/")]}

    def get_stage(self, *, restApiId: str, stageName: str) -> Document:
        found = self.stages.seen(f"{restApiId}/{stageName}")
        if found is None:
            raise _missing("Stage")
        return dict(found)

    def update_stage(self, *, restApiId: str, stageName: str, patchOperations: list[Document]) -> Document:
        key = f"{restApiId}/{stageName}"
        if key not in self.stages.truth:
            raise _missing("Stage")
        stage = json.loads(json.dumps(self.stages.truth[key]))
        for patch in patchOperations:
            _patched(stage, patch)
        for deployment in served_by(stage):
            if f"{restApiId}/{deployment}" not in self.deployments.truth:
                raise _bad("Deployment id does not exist")
        self.stages.put(key, stage)
        return dict(stage)

    def get_export(self, *, restApiId: str, stageName: str, exportType: str, parameters: Document) -> Document:
        stage = self.get_stage(restApiId=restApiId, stageName=stageName)
        paths: dict[str, Document] = {}
        for resource in self.snapshots[stage["deploymentId"]]:
            for verb, method in (resource.get("resourceMethods") or {}).items():
                shown = {
                    name: value.lower() if name in ("type", "passthroughBehavior") else value
                    for name, value in (method.get("methodIntegration") or {}).items()
                    if name not in LEFT_OUT
                }
                paths.setdefault(resource["path"], {})[ANY if verb == "ANY" else verb.lower()] = {EXTENSION: shown}
        document = {"openapi": "3.0.1", "info": {"title": restApiId}, "paths": paths}
        assert (exportType, parameters) == ("oas30", {"extensions": "apigateway"})
        return {"contentType": "application/json", "body": Body(json.dumps(document))}

    def served(self) -> Iterator[tuple[str, str, str, Document]]:
        """Yield what stages serve by now: API, stage, name of the method and its integration."""
        for key, stage in self.stages.at_work():
            api = key.partition("/")[0]
            for deployment in served_by(stage):
                for resource in self.snapshots[deployment] if f"{api}/{deployment}" in self.deployments.truth else ():
                    for verb, method in (resource.get("resourceMethods") or {}).items():
                        name = f"{verb} {resource['path']}"
                        yield api, stage["stageName"], name, method.get("methodIntegration") or {}


class Body(io.BytesIO):
    """The body of an answer, which is read as a stream."""

    def __init__(self, text: str) -> None:
        super().__init__(text.encode())


def served_by(stage: Document) -> list[str]:
    """Return the deployments that a stage serves."""
    canary = (stage.get("canarySettings") or {}).get("deploymentId")
    return [each for each in (stage.get("deploymentId"), canary) if each]


def _patched(stage: Document, patch: Document) -> None:
    *parents, name = patch["path"].strip("/").split("/")
    holder = stage
    for parent in parents:
        holder = holder.setdefault(parent, {})
    if patch["op"] == "remove":
        holder.pop(name, None)
    else:
        holder[name] = float(patch["value"]) if name == "percentTraffic" else patch["value"]
