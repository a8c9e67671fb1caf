"""Re-points a pipe of EventBridge Pipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.actions.pipes import pipe
from lambda_migrate.aws.permissions import calls, passed

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointPipe(PointInDocument):
    """Change the function that a pipe sends to, or that enriches its events.

    UpdatePipe keeps what it is not sent. Parameters are the exception: those of one end are replaced together, so that
    they go along as they were read. The source's parameters are not sent: nothing of them is ours, and the position in
    the source stays where it is.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html

    Attributes:
        before: ARN of the function.
        after: As before.
        part: ``Target`` or ``Enrichment``.
    """

    kind: ClassVar[str] = "point_pipe"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"CurrentState", "LastModifiedTime", "StateReason"})
    part: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"pipe {self.name}, {self.part.lower()}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the pipe."""
        return pipe.read(aws, self.name)

    def moving(self, document: Document) -> bool:
        """Return whether the pipe is being changed, started or stopped."""
        return document.get("CurrentState") in pipe.AT_WORK

    def ours(self, document: Document) -> Any:
        """Return the function of the part; where an update has failed, that it has."""
        return pipe.failure(document) or document.get(self.part)

    def merged(self, document: Document, side: str) -> Document:
        """Return the pipe with a side in the part."""
        return put(document, {(self.part,): side})

    def send(self, aws: Aws, document: Document) -> None:
        """Write the part with its parameters; the role is one that UpdatePipe always takes."""
        sent = ("Name", "RoleArn", self.part, f"{self.part}Parameters")
        aws.call("pipes", "update_pipe", **{name: document[name] for name in sent if name in document})

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (*calls("pipes", "DescribePipe UpdatePipe", Name=self.name), passed("", pipe.PRINCIPAL))
