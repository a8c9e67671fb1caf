"""Makes a deployment of an API: a snapshot of its working copy, which no stage serves yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway.expected import demand
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, LABELS, Gateway, calls_of
from lambda_migrate.actions.base import Observed

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class CreateDeployment:
    """Make a deployment, found again by its description. It is made only where the working copy is as planned.

    Attributes:
        protocol: ``REST``, ``HTTP`` or ``WEBSOCKET``.
        api_id: The API.
        name: What a person calls it.
        marker: The deployment's description.
        uris: What the parts that we change have to name by now, by their names: ``{"GET /orders": "arn:..."}``.
        rest: The digest of the rest of the working copy.
        bare: Whether we change more of those parts than their URIs.
    """

    kind: ClassVar[str] = "create_deployment"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    protocol: str
    api_id: str
    name: str
    marker: str
    uris: dict[str, str]
    rest: str
    bare: bool = False

    @property
    def _gateway(self) -> Gateway:
        return GATEWAYS[self.protocol]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"{LABELS[self.protocol]} {self.name}: a deployment, which no stage serves yet"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"{LABELS[self.protocol]} {self.name}: delete the deployment, which no stage serves any more"

    def observe(self, aws: Aws) -> Observed:
        """Return whether a deployment carries the marker."""
        return Observed.AFTER if self._found(aws) else Observed.BEFORE

    def _found(self, aws: Aws) -> list[str]:
        return self._gateway.deployments(aws, self.api_id, self.marker)

    def apply(self, aws: Aws) -> None:
        """Make it.

        Raises:
            Drifted: The working copy is another one than was planned.
        """
        demand(aws, self._gateway, self.api_id, self.name, self.uris, self.rest, bare=self.bare)
        self._gateway.deploy(aws, self.api_id, self.marker)

    def undo(self, aws: Aws) -> None:
        """Delete it; AWS refuses where a stage serves it."""
        for each in self._found(aws):
            self._gateway.remove(aws, self.api_id, each)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls_of(self.protocol, self.api_id, "content", "deployments", "deploy")

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return ", ".join(self._found(aws)) or f"no deployment “{self.marker}”"
