"""Lets a pipe send to the service, in the place of a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.pipes.create_pipe import HEADER
from lambda_migrate.actions.pipes.point_pipe import PointPipe
from lambda_migrate.actions.references import api_destination_arn, gone
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

DESTINATION = "api-destination:"
RECORDS = "records"
"""What the pipe says in ``HEADER``: a list of records, as a function gets it."""


@dataclass(frozen=True)
class SendPipe(PointPipe):
    """Change the target of a pipe from a function to an API destination; its source and its position stay.

    Attributes:
        before: ARN of the function.
        after: ``api-destination:<name>``, looked up when it runs.
        parameters: The target's parameters, as they are for the function.
    """

    kind: ClassVar[str] = "send_pipe"
    parameters: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = (str(side).removeprefix(DESTINATION) for side in (self.before, self.after))
        return f"pipe {self.name}: {Arn.parse(before).name or before} → {Arn.parse(after).name or after}"

    def read(self, aws: Aws) -> Document | None:
        """Return the pipe, an API destination among its members by name, as a side has it.

        Parameters that hold nothing are none: they are what is left where a target has no more of them.
        """
        read = super().read(aws)
        if read is None:
            return None
        document = {name: value for name, value in read.items() if name != "TargetParameters" or value}
        name = Arn.parse(str(document["Target"])).below("api-destination").partition("/")[0]
        return {**document, "Target": f"{DESTINATION}{name}"} if name else document

    def ours(self, document: Document) -> Any:
        """Return the target; an API destination that is not told what comes is drift."""
        target = super().ours(document)
        if target != self.after:
            return target
        sent = ((document.get("TargetParameters") or {}).get("HttpParameters") or {}).get("HeaderParameters") or {}
        return target if sent.get(HEADER) == RECORDS else f"{target}, without {HEADER}"

    def merged(self, document: Document, side: str) -> Document:
        """Return the pipe with a side as its target, and the parameters that belong to it."""
        sent = {"HttpParameters": {"HeaderParameters": {HEADER: RECORDS}}}
        parameters = sent if side == self.after else self.parameters
        kept = {name: value for name, value in document.items() if name not in ("Target", "TargetParameters")}
        return {**kept, "Target": side, **({"TargetParameters": parameters} if parameters else {})}

    def send(self, aws: Aws, document: Document) -> None:
        """Write the target with its parameters.

        Raises:
            Drifted: The API destination is gone.
        """
        name = str(document["Target"])
        target = api_destination_arn(aws, name.removeprefix(DESTINATION)) if name.startswith(DESTINATION) else name
        if target is None:
            raise gone(f"the new target of pipe `{self.name}` does not exist: {name}")
        sent = {"TargetParameters": {}, **document, "Target": target}
        members = ("Name", "RoleArn", "Target", "TargetParameters")
        aws.call("pipes", "update_pipe", **{member: sent[member] for member in members if member in sent})

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        name = str(self.after).removeprefix(DESTINATION)
        return (*super().aws_calls(), *calls("events", "DescribeApiDestination", Name=name))
