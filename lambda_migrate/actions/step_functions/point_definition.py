"""Re-points the tasks of a state machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions import json_text
from lambda_migrate.actions.document import PointInDocument
from lambda_migrate.actions.event_source.mapping import short
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointDefinition(PointInDocument):
    """Change the texts of a definition that name the function, and no other byte of it.

    UpdateStateMachine keeps what it is not sent: role, logging, tracing, encryption. Executions that run go on with the
    definition that they began with.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html

    Attributes:
        before: The texts that name the function, by their JSON pointers: ``{"/States/Charge/Resource": "arn:..."}``.
        after: As before.
        machine: ARN of the state machine.
    """

    kind: ClassVar[str] = "point_definition"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"revisionId", "status"})
    machine: str

    def describe(self) -> str:
        """Return one line for a person."""
        sides = (", ".join(dict.fromkeys(map(short, side.values()))) for side in (self.before, self.after))
        return f"state machine {self.name}: {' → '.join(sides)}"

    def read(self, aws: Aws) -> Document | None:
        """Return the state machine."""
        answer = read_or_none(aws, "stepfunctions", "describe_state_machine", stateMachineArn=self.machine)
        return answer and {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def ours(self, document: Document) -> Any:
        """Return the texts at our pointers."""
        try:
            texts = json_text.strings(document["definition"])
        except ValueError:
            return None
        sides = {pointer: texts[pointer] for pointer in self.before if pointer in texts}
        return sides or None

    def merged(self, document: Document, side: Any) -> Document:
        """Return the state machine with a side in its definition."""
        return {**document, "definition": json_text.replaced(document["definition"], side)}

    def send(self, aws: Aws, document: Document) -> None:
        """Write the definition."""
        aws.call(
            "stepfunctions",
            "update_state_machine",
            stateMachineArn=self.machine,
            definition=document["definition"],
        )

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("stepfunctions", "DescribeStateMachine UpdateStateMachine", stateMachineArn=self.machine)
