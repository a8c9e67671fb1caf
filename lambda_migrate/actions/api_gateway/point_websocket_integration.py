"""Re-points a WebSocket API's integration to another qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lambda_migrate.actions.api_gateway.point_integration import PointIntegration
from lambda_migrate.actions.event_source.mapping import short


@dataclass(frozen=True)
class PointWebsocketIntegration(PointIntegration):
    """Change the URI of an integration; its other settings stay. Open connections stay open.

    Stages that deploy by themselves show it at once, the others with their next deployment.
    """

    kind: ClassVar[str] = "point_websocket_integration"

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = (
            short(uri.removesuffix("/invocations").rpartition("/functions/")[2]) for uri in (self.before, self.after)
        )
        return f"websocket api {self.name}: {before} → {after}"
