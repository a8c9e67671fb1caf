"""Re-points an event source mapping (SQS and the like) to another qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.event_source.mapping import ReplaceInMapping, short

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointMapping(ReplaceInMapping):
    """Change the function that a mapping invokes.

    Attributes:
        before: ARN of the function, with or without qualifier.
        after: As before.
    """

    kind: ClassVar[str] = "point_mapping"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    before: str
    after: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"mapping {self.name}: {short(self.before)} → {short(self.after)}"

    def side(self, mapping: Document) -> object:
        """Return the function that it invokes."""
        return mapping["FunctionArn"]

    def write(self, aws: Aws, side: str) -> None:
        """Point it to a side."""
        aws.call("lambda", "update_event_source_mapping", UUID=self.uuid, FunctionName=side)
