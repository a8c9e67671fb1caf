"""API Gateway: HTTP APIs, their integrations, routes and stages, which deploy a change by themselves a while later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

SPREAD = 30.0
"""Seconds until a deployment serves everywhere, at most."""


def _missing(what: str) -> Refused:
    return Refused("NotFoundException", f"Invalid {what} identifier specified", 404)


class ApiGatewayV2:
    """HTTP APIs by id, and what they have by ``api/id``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.apis = Shelf(world)
        self.integrations = Shelf(world)
        self.routes = Shelf(world, spread=world.spread(SPREAD))
        self.stages = Shelf(world)
        self.deployments: dict[str, Document] = {}

    def create_api(self, *, Name: str, ProtocolType: str) -> Document:
        api = self.world.drawn(10)
        document = {
            "ApiId": api,
            "ApiEndpoint": f"https://{api}.execute-api.eu-west-1.amazonaws.com",
            "Name": Name,
            "ProtocolType": ProtocolType,
            "RouteSelectionExpression": "$request.method $request.path",
        }
        self.apis.put(api, document)
        return dict(document)

    def get_api(self, *, ApiId: str) -> Document:
        found = self.apis.seen(ApiId)
        if found is None:
            raise _missing("API")
        return dict(found)

    def get_apis(self) -> Document:
        return {"Items": [dict(each) for _, each in self.apis.listed()]}

    def _items(self, shelf: Shelf, api: str) -> Document:
        self.get_api(ApiId=api)
        return {"Items": [dict(each) for key, each in shelf.listed() if key.partition("/")[0] == api]}

    def _one(self, shelf: Shelf, api: str, identity: str, what: str) -> Document:
        found = shelf.seen(f"{api}/{identity}")
        if found is None:
            raise _missing(what)
        return dict(found)

    def _deploy(self, api: str) -> None:
        """Have the stages deploy that do so by themselves."""
        for key, stage in list(self.stages.truth.items()):
            if key.partition("/")[0] == api and stage.get("AutoDeploy"):
                identity = self.world.drawn(6)
                self.deployments[f"{api}/{identity}"] = {"DeploymentId": identity, "Until": self.world.done_at(10.0)}
                self.stages.put(key, {**stage, "DeploymentId": identity})

    def create_stage(self, *, ApiId: str, StageName: str, AutoDeploy: bool = False) -> Document:
        self.stages.put(f"{ApiId}/{StageName}", {"StageName": StageName, "AutoDeploy": AutoDeploy})
        self._deploy(ApiId)
        return dict(self.stages.truth[f"{ApiId}/{StageName}"])

    def get_stages(self, *, ApiId: str) -> Document:
        return self._items(self.stages, ApiId)

    def get_deployment(self, *, ApiId: str, DeploymentId: str) -> Document:
        found = self.deployments.get(f"{ApiId}/{DeploymentId}")
        if found is None:
            raise _missing("Deployment")
        pending = self.world.working_until(found["Until"])
        return {"DeploymentId": DeploymentId, "DeploymentStatus": "PENDING" if pending else "DEPLOYED"}

    def create_integration(self, *, ApiId: str, **settings: Any) -> Document:
        self.get_api(ApiId=ApiId)
        identity = self.world.drawn(7)
        document = {**settings, "IntegrationId": identity}
        document.setdefault("TimeoutInMillis", 30_000)
        document.setdefault("ConnectionType", "INTERNET")
        self.integrations.put(f"{ApiId}/{identity}", document)
        self._deploy(ApiId)
        return dict(document)

    def get_integration(self, *, ApiId: str, IntegrationId: str) -> Document:
        return self._one(self.integrations, ApiId, IntegrationId, "Integration")

    def get_integrations(self, *, ApiId: str) -> Document:
        return self._items(self.integrations, ApiId)

    def update_integration(self, *, ApiId: str, IntegrationId: str, **settings: Any) -> Document:
        key = f"{ApiId}/{IntegrationId}"
        if key not in self.integrations.truth:
            raise _missing("Integration")
        self.integrations.put(key, {**self.integrations.truth[key], **settings}, spread=self.world.spread(SPREAD))
        self._deploy(ApiId)
        return dict(self.integrations.truth[key])

    def delete_integration(self, *, ApiId: str, IntegrationId: str) -> Document:
        key = f"{ApiId}/{IntegrationId}"
        if key not in self.integrations.truth:
            raise _missing("Integration")
        target = f"integrations/{IntegrationId}"
        if any(each.get("Target") == target for name, each in self.routes.truth.items() if name.startswith(ApiId)):
            raise Refused("ConflictException", "Cannot delete Integration, it is referenced by a route", 409)
        self.integrations.drop(key)
        self._deploy(ApiId)
        return {}

    def create_route(self, *, ApiId: str, RouteKey: str, Target: str) -> Document:
        identity = self.world.drawn(7)
        document = {"RouteId": identity, "RouteKey": RouteKey, "Target": Target, "AuthorizationType": "NONE"}
        self.routes.put(f"{ApiId}/{identity}", document, spread=0.0)
        self._deploy(ApiId)
        return dict(document)

    def get_route(self, *, ApiId: str, RouteId: str) -> Document:
        return self._one(self.routes, ApiId, RouteId, "Route")

    def get_routes(self, *, ApiId: str) -> Document:
        return self._items(self.routes, ApiId)

    def update_route(self, *, ApiId: str, RouteId: str, **settings: Any) -> Document:
        key = f"{ApiId}/{RouteId}"
        if key not in self.routes.truth:
            raise _missing("Route")
        self.routes.put(key, {**self.routes.truth[key], **settings})
        self._deploy(ApiId)
        return dict(self.routes.truth[key])

    def delete_route(self, *, ApiId: str, RouteId: str) -> Document:
        key = f"{ApiId}/{RouteId}"
        if key not in self.routes.truth:
            raise _missing("Route")
        self.routes.drop(key)
        self._deploy(ApiId)
        return {}

    def get_domain_names(self) -> Document:
        return {"Items": []}

    def leads_to_the_service(self, path: str) -> bool:
        """Return whether a request for a path goes straight to the service by now."""
        for key, route in self.routes.at_work():
            if route["RouteKey"] == f"GET {path}":
                name = f"{key.partition('/')[0]}/{route['Target'].removeprefix('integrations/')}"
                integration = self.integrations.working(name)
                return integration is not None and integration["IntegrationType"] == "HTTP_PROXY"
        return False

    def get_authorizers(self, *, ApiId: str) -> Document:
        self.get_api(ApiId=ApiId)
        return {"Items": []}
