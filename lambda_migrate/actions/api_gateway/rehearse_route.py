"""Makes a route of an HTTP API that leads to the service, to be called by us alone, before a route of others moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway import deployments
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import MARKER, gone, route_target
from lambda_migrate.aws.permissions import calls
from lambda_migrate.aws.quotas import ROUTES

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RehearseRoute:
    """Make a route ``GET /lambda-migrate-probe-<token>`` that leads to the integration with the service.

    It is judged by what it answers, called through the API: that proves the name, TLS, the path and the stage.

    Attributes:
        api_id: The HTTP API.
        path: The route's path.
        target: ``marker:<description>`` of the integration.
        endpoint: Where the API is called, without a path.
        asked: The path that is asked for there, the stage's name included; the service sees the same one.
        keyed: Whether the integration adds a key that the service has to accept.
    """

    kind: ClassVar[str] = "rehearse_route"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    quota: ClassVar[Quota] = ROUTES
    api_id: str
    path: str
    target: str
    endpoint: str = ""
    asked: str = ""
    keyed: bool = False

    def describe(self) -> str:
        """Return one line for a person."""
        return f"http api {self.api_id}: rehearsal route GET {self.path}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"http api {self.api_id}: remove the rehearsal route GET {self.path}"

    def holder(self) -> str:
        """Return what has routes."""
        return f"http api {self.api_id}"

    def there(self, aws: Aws) -> int:
        """Return how many routes the API has."""
        return sum(1 for _each in aws.pages("apigatewayv2", "get_routes", "Items", ApiId=self.api_id))

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there and leads to the service; MOVING until the API's stages have deployed it."""
        routes = self._routes(aws)
        if not routes:
            return Observed.BEFORE
        wanted = route_target(aws, self.api_id, self.target)
        if any(each.get("Target") != wanted for each in routes):
            return Observed.DRIFT
        return Observed.MOVING if deployments.under_way(aws, self.api_id) else Observed.AFTER

    def apply(self, aws: Aws) -> None:
        """Make it.

        Raises:
            Drifted: The integration is gone.
        """
        target = route_target(aws, self.api_id, self.target)
        if target is None:
            raise gone(f"http api `{self.api_id}` has no integration with the service")
        aws.call("apigatewayv2", "create_route", ApiId=self.api_id, RouteKey=f"GET {self.path}", Target=target)

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        for each in self._routes(aws):
            aws.call("apigatewayv2", "delete_route", ApiId=self.api_id, RouteId=each["RouteId"])

    def joined(self, later: Action) -> Action | None:
        """Return the route as the end of its rehearsal left it: gone, so that nothing has to be undone."""
        ended = later.kind == "end_rehearsal" and (later.api_id, later.path) == (self.api_id, self.path)  # type: ignore[attr-defined]  # of that kind
        return self if ended else None

    def _routes(self, aws: Aws) -> list[Document]:
        """Return the routes for GET and the path; one at most, unless somebody makes another at the same moment."""
        routes = aws.pages("apigatewayv2", "get_routes", "Items", ApiId=self.api_id)
        return [each for each in routes if each.get("RouteKey") == f"GET {self.path}"]

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("apigatewayv2", "GetRoutes CreateRoute DeleteRoute", ApiId=self.api_id),
            *(calls("apigatewayv2", "GetIntegrations", ApiId=self.api_id) if self.target.startswith(MARKER) else ()),
            *deployments.calls_of(self.api_id),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return ", ".join(str(each.get("Target", "no target")) for each in self._routes(aws)) or "no such route"
