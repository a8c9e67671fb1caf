"""Re-points a route of an HTTP API to another integration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway import deployments
from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.references import MARKER, gone, route_target
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointRoute(Replace):
    """Change the target of a route, in one atomic write; everything else about the route stays.

    Attributes:
        api_id: The HTTP API.
        route_id: The route.
        name: What a person calls it: ``ANY /{proxy+}``.
        before: ``integrations/<id>``, or ``marker:<description>`` of an integration.
        after: As before.
    """

    kind: ClassVar[str] = "point_route"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    api_id: str
    route_id: str
    name: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"route {self.name}: {_short(self.before)} → {_short(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which integration the route has; MOVING until the API's stages have deployed it."""
        route = self._read(aws)
        target = route.get("Target") if route else None
        if target is None:
            return Observed.DRIFT
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if target == route_target(aws, self.api_id, side):
                return Observed.MOVING if deployments.under_way(aws, self.api_id) else seen
        return Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "apigatewayv2", "get_route", ApiId=self.api_id, RouteId=self.route_id)

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side.

        Raises:
            Drifted: That integration is gone.
        """
        target = route_target(aws, self.api_id, side)
        if target is None:
            raise gone(f"http api `{self.api_id}` has no integration “{_short(side)}”")
        aws.call("apigatewayv2", "update_route", ApiId=self.api_id, RouteId=self.route_id, Target=target)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        marked = any(side.startswith(MARKER) for side in (self.before, self.after))
        return (
            *calls("apigatewayv2", "GetRoute UpdateRoute", ApiId=self.api_id, RouteId=self.route_id),
            *(calls("apigatewayv2", "GetIntegrations", ApiId=self.api_id) if marked else ()),
            *deployments.calls_of(self.api_id),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        route = self._read(aws)
        return str(route.get("Target", "no target")) if route else "no such route"


def _short(target: str) -> str:
    return target.removeprefix(MARKER)
