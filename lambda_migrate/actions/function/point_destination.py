"""Re-points a destination of another function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument, at, put
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DESTINATIONS, LATEST = "DestinationConfig", "$LATEST"


@dataclass(frozen=True)
class PointDestination(PointInDocument):
    """Change where a function sends the outcome of asynchronous invocations; both of its destinations are one document.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html

    Attributes:
        name: The other function.
        before: ARN of the destination.
        after: As before.
        qualifier: Whose settings they are: an alias, a version, ``$LATEST``.
        outcome: ``OnSuccess`` or ``OnFailure``.
    """

    kind: ClassVar[str] = "point_destination"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"LastModified"})
    qualifier: str
    outcome: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"{self.outcome} of {self.name}:{self.qualifier}: {short(self.before)} → {short(self.after)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the settings."""
        answer = read_or_none(aws, "lambda", "get_function_event_invoke_config", **self._whose)
        return answer and {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def ours(self, document: Document) -> Any:
        """Return the destination."""
        return at(document, self._path)

    def merged(self, document: Document, side: str) -> Document:
        """Return the settings with a side as the destination."""
        return put(document, {self._path: side})

    def send(self, aws: Aws, document: Document) -> None:
        """Write all settings, retries and age too; a destination that is not set is shown as empty, and refused so."""
        destinations = {outcome: each for outcome, each in document[DESTINATIONS].items() if each}
        whole = {**document, DESTINATIONS: destinations}
        sent = aws.taken("lambda", "put_function_event_invoke_config", whole)
        aws.call("lambda", "put_function_event_invoke_config", **sent, **self._whose)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        changing = "GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig"
        return calls("lambda", changing, **{name: value for name, value in self._whose.items() if value})

    @property
    def _whose(self) -> dict[str, str | None]:
        return {"FunctionName": self.name, "Qualifier": None if self.qualifier == LATEST else self.qualifier}

    @property
    def _path(self) -> tuple[str, str, str]:
        return (DESTINATIONS, self.outcome, "Destination")
