"""Re-points an event source mapping (SQS and the like) to another qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.event_source import mapping

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointMapping(Replace):
    """Change the function that a mapping invokes; the mapping, its position and its settings stay.

    Attributes:
        uuid: The mapping.
        name: What a person calls it: the queue's name.
        before: ARN of the function, with or without qualifier.
        after: As before.
    """

    kind: ClassVar[str] = "point_mapping"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    uuid: str
    name: str
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"mapping {self.name}: {mapping.short(self.before)} → {mapping.short(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which function the mapping invokes; MOVING while AWS updates it."""
        found = mapping.read(aws, self.uuid)
        if found is None:
            return Observed.DRIFT
        if mapping.moving(found):
            return Observed.MOVING
        return {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(found["FunctionArn"], Observed.DRIFT)

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side."""
        aws.call("lambda", "update_event_source_mapping", UUID=self.uuid, FunctionName=side)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return mapping.summary(mapping.read(aws, self.uuid))
