"""Sets a variable of a stage, by which its API names the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway.deployments import under_way
from lambda_migrate.actions.api_gateway.gateway import GATEWAYS, LABELS, REST, calls_of
from lambda_migrate.actions.base import Observed, Replace

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class SetStageVariable(Replace):
    """Change the value of one variable; the stage's others stay, and it needs no deployment.

    Attributes:
        protocol: ``REST``, ``HTTP`` or ``WEBSOCKET``.
        api_id: The API.
        name: What a person calls it.
        stage: The stage.
        variable: The variable's name.
        before: Its value: the function's name, its ARN, or a qualifier.
        after: As before.
    """

    kind: ClassVar[str] = "set_stage_variable"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    protocol: str
    api_id: str
    name: str
    stage: str
    variable: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        about = f"{LABELS[self.protocol]} {self.name}, stage {self.stage}"
        return f"{about}: variable {self.variable} {self.before} → {self.after}"

    def observe(self, aws: Aws) -> Observed:
        """Return which value it has; MOVING until a stage that deploys by itself has done so."""
        value = self._read(aws)
        seen = {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(str(value), Observed.DRIFT)
        if self.protocol != REST and seen is not Observed.DRIFT and under_way(aws, self.api_id):
            return Observed.MOVING
        return seen

    def _read(self, aws: Aws) -> str | None:
        current = GATEWAYS[self.protocol].stage(aws, self.api_id, self.stage)
        return current["variables"].get(self.variable) if current else None

    def write(self, aws: Aws, side: str) -> None:
        """Set it to a side."""
        GATEWAYS[self.protocol].set_variable(aws, self.api_id, self.stage, self.variable, side)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls_of(self.protocol, self.api_id, "stage", "point", stage=self.stage),
            *calls_of(self.protocol, self.api_id, "under way"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        value = self._read(aws)
        return f"no variable {self.variable}" if value is None else str(value)
