"""Makes an integration of an HTTP API, to which no route points yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import integrations_marked

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateIntegration:
    """Make an integration.

    Attributes:
        api_id: The HTTP API.
        marker: The integration's description, by which it is found again.
        settings: What CreateIntegration takes besides: ``{"IntegrationType", "IntegrationUri", ...}``.
    """

    kind: ClassVar[str] = "create_integration"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    api_id: str
    marker: str
    settings: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"http api {self.api_id}: integration with {self.settings.get('IntegrationUri', self.marker)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"http api {self.api_id}: remove the integration with {self.settings.get('IntegrationUri', self.marker)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether an integration carries the marker, with these settings."""
        marked = integrations_marked(aws, self.api_id, self.marker)
        if not marked:
            return Observed.BEFORE
        same = all(each.get(name) == value for each in marked for name, value in self.settings.items())
        return Observed.AFTER if same else Observed.DRIFT

    def apply(self, aws: Aws) -> None:
        """Make it."""
        aws.call("apigatewayv2", "create_integration", ApiId=self.api_id, Description=self.marker, **self.settings)

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        for each in integrations_marked(aws, self.api_id, self.marker):
            aws.call("apigatewayv2", "delete_integration", ApiId=self.api_id, IntegrationId=each["IntegrationId"])

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        marked = integrations_marked(aws, self.api_id, self.marker)
        shown = [{name: each.get(name) for name in self.settings} for each in marked]
        return json.dumps(shown, sort_keys=True) if shown else f"no integration “{self.marker}”"
