"""Deletes an event source mapping that nothing needs any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Irreversible, Observed
from lambda_migrate.actions.event_source import mapping
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class DeleteMapping(Irreversible):
    """Delete a mapping that is switched off. A new one gets another UUID and its own position: it cannot be undone.

    Attributes:
        uuid: The mapping.
        name: What a person calls it: the queue's name.
    """

    kind: ClassVar[str] = "delete_mapping"
    symbol: ClassVar[str] = "-"
    uuid: str
    name: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"mapping {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, switched off; MOVING while AWS works on it, DRIFT where it polls again."""
        current = mapping.read(aws, self.uuid)
        if current is None:
            return Observed.AFTER
        if mapping.moving(current):
            return Observed.MOVING
        return Observed.BEFORE if current["State"] == "Disabled" else Observed.DRIFT

    def needless(self, aws: Aws) -> str:  # noqa: ARG002  # it is so everywhere
        """Return why the way back passes it by: what it deleted polled nothing."""
        return "the mapping stays deleted; make it again by hand if the function is to poll"

    def apply(self, aws: Aws) -> None:
        """Delete it."""
        aws.call("lambda", "delete_event_source_mapping", UUID=self.uuid)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("lambda", "GetEventSourceMapping DeleteEventSourceMapping", UUID=self.uuid)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return mapping.summary(mapping.read(aws, self.uuid))
