"""Re-points the integration of a REST API's method to another qualifier of the function, in the working copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointRestIntegration(Replace):
    """Change the URI of a method's integration; all else about it stays. Nobody is served it until it is deployed.

    Attributes:
        api_id: The REST API.
        resource_id: The resource.
        verb: The method, ``ANY`` for all.
        name: What a person calls it: ``ANY /{proxy+}``.
        before: URI of the integration.
        after: As before.
    """

    kind: ClassVar[str] = "point_rest_integration"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    api_id: str
    resource_id: str
    verb: str
    name: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rest api {self.api_id}, {self.name}: {_named(self.before)} → {_named(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which URI the integration has."""
        integration = self._read(aws)
        uri = str(integration.get("uri")) if integration else ""
        return {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(uri, Observed.DRIFT)

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "apigateway", "get_integration", **self._which())

    def _which(self) -> dict[str, str]:
        return {"restApiId": self.api_id, "resourceId": self.resource_id, "httpMethod": self.verb}

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side."""
        patch = [{"op": "replace", "path": "/uri", "value": side}]
        aws.call("apigateway", "update_integration", **self._which(), patchOperations=patch)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("apigateway", "GetIntegration UpdateIntegration", **self._which())

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        integration = self._read(aws)
        return str(integration.get("uri", "no URI")) if integration else "no such integration"


def _named(uri: str) -> str:
    """Return the function in a URI, ``orders:live``."""
    return short(uri.removesuffix("/invocations").rpartition("/functions/")[2])
