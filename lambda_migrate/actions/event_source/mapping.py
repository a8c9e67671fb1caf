"""What the actions on event source mappings share: they are known by UUID, and take minutes to move."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

MOVING = ("Creating", "Enabling", "Disabling", "Updating", "Deleting")
"""States in which AWS is at work; boto3 has no waiter for them (EventSourceMappingConfiguration in Lambda's API)."""


@dataclass(frozen=True)
class ReplaceInMapping(Replace):
    """Replace one thing of a mapping; the mapping, its position and its other settings stay.

    Attributes:
        uuid: The mapping.
        name: What a person calls it: the queue's name.
        before: One side.
        after: The other.
    """

    uuid: str
    name: str
    before: Any
    after: Any

    @abstractmethod
    def side(self, mapping: Document) -> object:
        """Return which side a mapping that AWS is not at work on shows; whatever else is drift."""

    def observe(self, aws: Aws) -> Observed:
        """Return which side the mapping shows; MOVING while AWS updates it."""
        mapping = read(aws, self.uuid)
        if mapping is None:
            return Observed.DRIFT
        if moving(mapping):
            return Observed.MOVING
        return {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(self.side(mapping), Observed.DRIFT)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("lambda", "GetEventSourceMapping UpdateEventSourceMapping", UUID=self.uuid)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return summary(read(aws, self.uuid))


def read(aws: Aws, uuid: str) -> Document | None:
    """Return the mapping, or None where it is gone."""
    return read_or_none(aws, "lambda", "get_event_source_mapping", UUID=uuid)


def moving(mapping: Document) -> bool:
    """Return whether AWS is still at work on it."""
    return mapping.get("State") in MOVING


def summary(mapping: Document | None) -> str:
    """Return a mapping in one line."""
    return f"{mapping['FunctionArn']}, {mapping.get('State')}" if mapping else "no such mapping"


def short(arn: str) -> str:
    """Return a function's ARN as a person calls it: ``orders:live``."""
    return Arn.parse(arn).name or arn
