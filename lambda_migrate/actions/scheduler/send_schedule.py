"""Sends what a schedule brings to a queue, in the place of a function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import at
from lambda_migrate.actions.scheduler.point_schedule import INPUT, TARGET, PointSchedule
from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document

_BEGIN, _END = '{"event": ', "}"
"""The envelope in which the service takes an event out of a queue; the input stands in it as it is written."""


@dataclass(frozen=True)
class SendSchedule(PointSchedule):
    """Change a schedule's target from a function to a queue, with its input in the service's envelope.

    The input itself is not kept here: it is put into the envelope, and taken out again on the way back, as it stands in
    the schedule then. A schedule without an input gets the event in its place that a function would have been sent;
    Scheduler fills in what it knows of itself ("Adding context attributes", EventBridge Scheduler user guide).

    Attributes:
        before: ARN of the function.
        after: ARN of the queue.
        arn: The schedule's ARN.
    """

    kind: ClassVar[str] = "send_schedule"
    arn: str

    def ours(self, document: Document) -> Any:
        """Return where it goes; a queue that gets something else than our envelope is drift."""
        target, text = str(at(document, TARGET)), at(document, INPUT) or ""
        enveloped = text.startswith(_BEGIN) and text.endswith(_END)
        return target if target != self.after or enveloped else f"{target}, not in the envelope of the service"

    def merged(self, document: Document, side: Any) -> Document:
        """Return the schedule with a side for its target, and the input that belongs to it."""
        target: Document = document["Target"]
        text = target.get("Input") or ""
        inside = self._enveloped(text) if side == self.after else self._taken_out(text)
        kept = {name: value for name, value in target.items() if name not in ("Arn", "Input")}
        return {**document, "Target": {**kept, "Arn": side, **({"Input": inside} if inside else {})}}

    def _enveloped(self, text: str) -> str:
        return f"{_BEGIN}{text or self._of_itself()}{_END}"

    def _taken_out(self, text: str) -> str:
        inside = text.removeprefix(_BEGIN).removesuffix(_END)
        return "" if inside == self._of_itself() else inside

    def _of_itself(self) -> str:
        """Return the event that Scheduler sends to a function where a schedule has no input."""
        arn = Arn.parse(self.arn)
        event = {
            "version": "0",
            "id": "<aws.scheduler.execution-id>",
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": arn.account,
            "time": "<aws.scheduler.scheduled-time>",
            "region": arn.region,
            "resources": ["<aws.scheduler.schedule-arn>"],
            "detail": "{}",
        }
        return json.dumps(event)
