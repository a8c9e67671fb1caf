"""Makes an integration of an HTTP API, to which no route points yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import integrations_marked
from lambda_migrate.aws import secrets
from lambda_migrate.aws.permissions import calls
from lambda_migrate.aws.quotas import INTEGRATIONS
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.quotas import Quota
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateIntegration:
    """Make an integration.

    Attributes:
        api_id: The HTTP API.
        marker: The integration's description, by which it is found again.
        settings: What CreateIntegration takes besides: ``{"IntegrationType", "IntegrationUri", ...}``.
        secrets: Request parameters whose values are secrets, and the references of those, ``secretsmanager:NAME``. They
            are read when the action runs, and kept nowhere but in the integration.
    """

    kind: ClassVar[str] = "create_integration"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    quota: ClassVar[Quota] = INTEGRATIONS
    api_id: str
    marker: str
    settings: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        """Return one line for a person."""
        return f"http api {self.api_id}: integration with {self.settings.get('IntegrationUri', self.marker)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"http api {self.api_id}: remove the integration with {self.settings.get('IntegrationUri', self.marker)}"

    def holder(self) -> str:
        """Return what has integrations."""
        return f"http api {self.api_id}"

    def there(self, aws: Aws) -> int:
        """Return how many integrations the API has."""
        return sum(1 for _each in aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=self.api_id))

    def observe(self, aws: Aws) -> Observed:
        """Return whether an integration carries the marker, with these settings."""
        marked = integrations_marked(aws, self.api_id, self.marker)
        if not marked:
            return Observed.BEFORE
        same = all(self._as_wanted(each) for each in marked)
        return Observed.AFTER if same else Observed.DRIFT

    def _as_wanted(self, integration: Document) -> bool:
        shown = self._shown(integration)
        has_secrets = self.secrets.keys() <= (integration.get("RequestParameters") or {}).keys()
        return has_secrets and all(shown.get(name) == value for name, value in self.settings.items())

    def _shown(self, integration: Document) -> Document:
        """Return an integration without the values of its secrets."""
        parameters = integration.get("RequestParameters") or {}
        public = {name: value for name, value in parameters.items() if name not in self.secrets}
        return {**integration, "RequestParameters": public} if parameters else integration

    def apply(self, aws: Aws) -> None:
        """Make it, with the secrets' values of this moment.

        Raises:
            ConfigError: A secret's value cannot stand in a header as it is.
        """
        values = {name: secrets.literal(aws, reference) for name, reference in self.secrets.items()}
        settings = dict(self.settings)
        if values:
            settings["RequestParameters"] = {**settings.get("RequestParameters", {}), **values}
        try:
            aws.call("apigatewayv2", "create_integration", ApiId=self.api_id, Description=self.marker, **settings)
        except AwsError as error:
            raise (secrets.without_values(error) if values else error) from None

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        for each in integrations_marked(aws, self.api_id, self.marker):
            aws.call("apigatewayv2", "delete_integration", ApiId=self.api_id, IntegrationId=each["IntegrationId"])

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("apigatewayv2", "GetIntegrations CreateIntegration DeleteIntegration", ApiId=self.api_id),
            *(call for each in self.secrets.values() for call in secrets.calls_of(each, "read")),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        marked = integrations_marked(aws, self.api_id, self.marker)
        shown = [{name: self._shown(each).get(name) for name in self.settings} for each in marked]
        return json.dumps(shown, sort_keys=True) if shown else f"no integration “{self.marker}”"
