"""Has a stage of an API serve another deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway.expected import demand
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, LABELS, Gateway, calls_of
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import MARKER, gone

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointStage:
    """Change the deployment that a stage serves, in one write; its variables and settings stay.

    Deployments never change, so the way back is exact: the stage serves again what it served before. On the way there
    the working copy is read once more: a deployment that was made while it was as planned, before and after, holds
    our change alone.

    Attributes:
        protocol: ``REST`` or ``WEBSOCKET``.
        api_id: The API.
        name: What a person calls it.
        stage: The stage.
        before: The id of a deployment.
        after: ``marker:<description>`` of ours.
        uris: As :class:`~lambda_migrate.actions.api_gateway.create_deployment.CreateDeployment` has them.
        rest: As there.
    """

    kind: ClassVar[str] = "point_stage"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    protocol: str
    api_id: str
    name: str
    stage: str
    before: str
    after: str
    uris: dict[str, str]
    rest: str

    @property
    def _gateway(self) -> Gateway:
        return GATEWAYS[self.protocol]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"{LABELS[self.protocol]} {self.name}, stage {self.stage}: deployment {self.before} → the new one"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"{LABELS[self.protocol]} {self.name}, stage {self.stage}: back to deployment {self.before}"

    def observe(self, aws: Aws) -> Observed:
        """Return which deployment the stage serves."""
        current = self._gateway.stage(aws, self.api_id, self.stage)
        served = current["deployment"] if current else None
        if served is None:
            return Observed.DRIFT
        if served == self.before:
            return Observed.BEFORE
        return Observed.AFTER if served in self._ours(aws) else Observed.DRIFT

    def _ours(self, aws: Aws) -> list[str]:
        return self._gateway.deployments(aws, self.api_id, self.after.removeprefix(MARKER))

    def apply(self, aws: Aws) -> None:
        """Serve ours.

        Raises:
            Drifted: It is gone, or the working copy is another one than was planned.
        """
        demand(aws, self._gateway, self.api_id, self.name, self.uris, self.rest)
        ours = self._ours(aws)
        if not ours:
            raise gone(f"API `{self.name}` has no deployment “{self.after.removeprefix(MARKER)}”")
        self._gateway.point(aws, self.api_id, self.stage, ours[-1])

    def undo(self, aws: Aws) -> None:
        """Serve again what was served before."""
        self._gateway.point(aws, self.api_id, self.stage, self.before)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls_of(self.protocol, self.api_id, "content", "deployments", "stage", "point", stage=self.stage)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        current = self._gateway.stage(aws, self.api_id, self.stage)
        return f"deployment {current['deployment']}" if current else "no such stage"
