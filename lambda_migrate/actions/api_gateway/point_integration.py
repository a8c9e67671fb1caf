"""Re-points an HTTP API's integration to another qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway import deployments
from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointIntegration(Replace):
    """Change the URI of an integration; its other settings stay. Stages that deploy by themselves show it at once.

    Attributes:
        api_id: The API.
        integration_id: The integration.
        name: What a person calls it: the API's name.
        before: Integration URI.
        after: As before.
    """

    kind: ClassVar[str] = "point_integration"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    api_id: str
    integration_id: str
    name: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"http api {self.name}: {short(self.before)} → {short(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which URI the integration has; MOVING until the API's stages have deployed it."""
        integration = self._read(aws)
        uri = integration.get("IntegrationUri") if integration else None
        seen = {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(str(uri), Observed.DRIFT)
        return Observed.MOVING if seen is not Observed.DRIFT and deployments.under_way(aws, self.api_id) else seen

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(
            aws, "apigatewayv2", "get_integration", ApiId=self.api_id, IntegrationId=self.integration_id
        )

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side."""
        aws.call(
            "apigatewayv2",
            "update_integration",
            ApiId=self.api_id,
            IntegrationId=self.integration_id,
            IntegrationUri=side,
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls(
                "apigatewayv2", "GetIntegration UpdateIntegration", ApiId=self.api_id, IntegrationId=self.integration_id
            ),
            *deployments.calls_of(self.api_id),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        integration = self._read(aws)
        return str(integration.get("IntegrationUri", "no URI")) if integration else "no such integration"
