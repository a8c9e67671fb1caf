"""Re-points a schedule of EventBridge Scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions import json_text
from lambda_migrate.actions.document import PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

TARGET, INPUT = ("Target", "Arn"), ("Target", "Input")


@dataclass(frozen=True)
class PointSchedule(PointInDocument):
    """Change what a schedule invokes; what UpdateSchedule is not sent it resets, so that everything is sent.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html

    Attributes:
        before: ARN of the target; of a universal target the texts of its input that name the function, by pointer.
        after: As before.
        group: The schedule's group.
    """

    kind: ClassVar[str] = "point_schedule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"LastModificationDate"})
    group: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"schedule {self.group}/{self.name}: {_said(self.before)} → {_said(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the schedule."""
        answer = read_or_none(aws, "scheduler", "get_schedule", Name=self.name, GroupName=self.group)
        return answer and {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def ours(self, document: Document) -> Any:
        """Return the ARN of the target, or the texts of the input that are ours."""
        if isinstance(self.before, str):
            return at(document, TARGET)
        try:
            texts = json_text.strings(at(document, INPUT) or "")
        except ValueError:
            return None
        return {pointer: texts.get(pointer) for pointer in self.before}

    def merged(self, document: Document, side: Any) -> Document:
        """Return the schedule with a side in the target or its input."""
        if isinstance(side, str):
            return put(document, {TARGET: side})
        return put(document, {INPUT: json_text.replaced(at(document, INPUT), side)})

    def send(self, aws: Aws, document: Document) -> None:
        """Write the whole schedule."""
        aws.call("scheduler", "update_schedule", **aws.taken("scheduler", "update_schedule", document))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("scheduler", "GetSchedule UpdateSchedule", Name=self.name, GroupName=self.group),
            passed("", "scheduler.amazonaws.com"),
        )


def _said(side: Any) -> str:
    return short(side) if isinstance(side, str) else ", ".join(short(each) for each in side.values())
