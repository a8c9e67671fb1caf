"""Moves a share of a REST API stage's requests to another deployment, and in the end all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.api_gateway.expected import demand
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, REST, calls_of
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.references import MARKER, gone
from lambda_migrate.aws.documents import read_or_none

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

WHOLE = 100.0


@dataclass(frozen=True)
class ShiftStage:
    """Set the share of a stage's requests that another deployment serves, by the stage's canary.

    At 100 percent the stage serves that deployment, without a canary. For as long as there is a canary, API Gateway
    lets nobody deploy to the stage. Each way is one write, and so is the way back from wherever it stands.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html

    Attributes:
        api_id: The REST API.
        name: What a person calls it.
        stage: The stage.
        deployment: The id of the deployment that it serves at first.
        other: ``marker:<description>`` of ours.
        before: Percent of the requests that ours serves.
        after: As before.
        uris: As :class:`~lambda_migrate.actions.api_gateway.create_deployment.CreateDeployment` has them.
        rest: As there.
    """

    kind: ClassVar[str] = "shift_stage"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    api_id: str
    name: str
    stage: str
    deployment: str
    other: str
    before: float
    after: float
    uris: dict[str, str]
    rest: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"rest api {self.name}, stage {self.stage}: {self.before:g} % → {self.after:g} % on the service"

    def observe(self, aws: Aws) -> Observed:
        """Return which share the stage has."""
        current = self._read(aws)
        if current is None:
            return Observed.DRIFT
        share = self._share(current, self._ours(aws))
        return {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(share, Observed.DRIFT)

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "apigateway", "get_stage", restApiId=self.api_id, stageName=self.stage)

    def _ours(self, aws: Aws) -> list[str]:
        return GATEWAYS[REST].deployments(aws, self.api_id, self.other.removeprefix(MARKER))

    def _share(self, stage: Document, ours: list[str]) -> float:
        """Return the percent that ours serves; less than 0 where somebody else has a hand in it."""
        canary = stage.get("canarySettings") or {}
        if not canary:
            served = stage.get("deploymentId")
            return WHOLE if served in ours else 0.0 if served == self.deployment else -1.0
        if stage.get("deploymentId") != self.deployment or canary.get("deploymentId") not in ours:
            return -1.0
        return float(canary.get("percentTraffic") or 0.0)

    def apply(self, aws: Aws) -> None:
        """Serve the share of ``after``.

        Raises:
            Drifted: Ours is gone, or the working copy is another one than was planned.
        """
        if not self.before:
            demand(aws, GATEWAYS[REST], self.api_id, self.name, self.uris, self.rest, bare=True)
        self._serve(aws, self.after)

    def undo(self, aws: Aws) -> None:
        """Serve the share of ``before``."""
        self._serve(aws, self.before)

    def joined(self, later: Action) -> ShiftStage | None:
        """Return the move from where this one began to where a later one of the same stage ended."""
        if not isinstance(later, ShiftStage) or self.of() != later.of():
            return None
        return ShiftStage(*self.of(), self.before, later.after, self.uris, self.rest)

    def of(self) -> tuple[str, str, str, str, str]:
        """Return what it is about: API, stage and both deployments."""
        return self.api_id, self.name, self.stage, self.deployment, self.other

    def _serve(self, aws: Aws, percent: float) -> None:
        ours = self._ours(aws)
        if not ours and percent:
            raise gone(f"API `{self.name}` has no deployment “{self.other.removeprefix(MARKER)}”")
        canary = (self._read(aws) or {}).get("canarySettings")
        patch: list[dict[str, Any]] = []
        if 0.0 < percent < WHOLE:
            if not canary:
                patch.append(_replace("/canarySettings/deploymentId", ours[-1]))
            patch.append(_replace("/canarySettings/percentTraffic", f"{percent:g}"))
            served = self.deployment
        else:
            patch += [{"op": "remove", "path": "/canarySettings"}] if canary else []
            served = ours[-1] if percent else self.deployment
        if (self._read(aws) or {}).get("deploymentId") != served:
            patch.insert(0, _replace("/deploymentId", served))
        aws.call("apigateway", "update_stage", restApiId=self.api_id, stageName=self.stage, patchOperations=patch)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls_of(REST, self.api_id, "content", "deployments", "stage", "point", stage=self.stage)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        current = self._read(aws)
        if current is None:
            return "no such stage"
        canary = current.get("canarySettings") or {}
        share = f", {canary.get('percentTraffic', 0):g} % on {canary.get('deploymentId')}" if canary else ""
        return f"deployment {current.get('deploymentId')}{share}"


def _replace(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": value}
