"""Makes the pipe by which a stream reaches the service; it does not run yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.pipes import pipe
from lambda_migrate.actions.references import api_destination_arn, role_arn
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls, passed
from lambda_migrate.errors import AlreadyThere, AwsError, Drifted

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

HEADER = "x-lambda-migrate-pipe"
"""Tells the service which event a function would have got of what a pipe sends."""

_NOT_MADE = "CREATE_FAILED"
_AGAIN = "fix the source, or what the pipe's role may do, then run the same command again"

OLDEST = -1.0
"""``behind`` of a pipe that begins with the oldest record that the stream has."""

COMMITTED = -2.0
"""``behind`` of a pipe that begins where its consumer group is; with the oldest message where that is nowhere yet."""

QUEUED = -3.0
"""``behind`` of a pipe that takes what is queued."""

_BEGINS = {
    OLDEST: "at the oldest record",
    COMMITTED: "where its consumer group is",
    QUEUED: "with what is queued",
}


@dataclass(frozen=True)
class CreatePipe:
    """Make a pipe from a stream to an API destination, stopped, and begin to read before where Lambda is.

    Where Lambda stands in a stream AWS shows to nobody. So the pipe begins at a time: that at which it is made, less
    how far Lambda may be behind. It is made while Lambda still reads, so that nothing lies between the two, however
    long it takes until the pipe is started; what lies before is read again.

    https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html

    Attributes:
        name: Name of the pipe.
        source: ARN of the stream or broker; ``smk://<host>:<port>`` of Kafka on brokers of one's own.
        destination: Name of the API destination.
        role: Name of the role that it reads and sends with.
        member: Of the source's parameters: ``KinesisStreamParameters``.
        parameters: What stands there, but for the position.
        filters: The source's ``FilterCriteria``; empty for none.
        behind: How long before its making it begins, in seconds; or ``OLDEST``, ``COMMITTED``, ``QUEUED``.
        sends: What it says in ``HEADER``.
    """

    kind: ClassVar[str] = "create_pipe"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = pipe.TIMEOUT
    name: str
    source: str
    destination: str
    role: str
    member: str
    parameters: dict[str, Any]
    filters: dict[str, Any]
    behind: float
    sends: str

    def describe(self) -> str:
        """Return one line for a person."""
        begins = _BEGINS.get(self.behind) or f"{self.behind:g} s before now"
        return f"pipe {self.name}: from {Arn.parse(self.source).resource or self.source}, beginning {begins}, stopped"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"pipe {self.name}: delete"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there, with these settings; running or not. What failed to be made is not there."""
        document = pipe.read(aws, self.name)
        if document is None or document.get("CurrentState") == _NOT_MADE:
            return Observed.BEFORE
        if document.get("CurrentState") in pipe.AT_WORK:
            return Observed.MOVING
        wanted = self._wanted(aws)
        same = wanted is not None and not pipe.failure(document) and _holds(document, wanted)
        return Observed.AFTER if same else Observed.DRIFT

    def remains(self, aws: Aws) -> bool:
        """Return whether a pipe stands that failed to be made."""
        return (pipe.read(aws, self.name) or {}).get("CurrentState") == _NOT_MADE

    def _wanted(self, aws: Aws) -> Document | None:
        """Return what it is made of, but for the position; None where what it names does not exist."""
        target, role = api_destination_arn(aws, self.destination), role_arn(aws, self.role)
        if target is None or role is None:
            return None
        filters = {"FilterCriteria": self.filters} if self.filters else {}
        return {
            "Source": self.source,
            "SourceParameters": {self.member: self.parameters, **filters},
            "Target": target,
            "TargetParameters": {"HttpParameters": {"HeaderParameters": {HEADER: self.sends}}},
            "RoleArn": role,
        }

    def apply(self, aws: Aws) -> str:
        """Make it; the job is known by the pipe's name.

        Raises:
            AlreadyThere: What an earlier attempt has left is in the way, and is being deleted.
            Drifted: What it names is gone.
        """
        document = pipe.read(aws, self.name)
        if document and document.get("CurrentState") == _NOT_MADE:
            aws.call("pipes", "delete_pipe", Name=self.name)
            raise AlreadyThere(f"pipe `{self.name}` could not be made, and is being deleted", hint=_AGAIN)
        wanted = self._wanted(aws)
        if wanted is None:
            raise Drifted(
                f"pipe `{self.name}` needs API destination `{self.destination}` and role `{self.role}`",
                hint="one of them was deleted since the plan was made; run `lambda-migrate plan` again",
            )
        wanted["SourceParameters"][self.member] = {**self.parameters, **self._position(aws)}
        aws.call(
            "pipes",
            "create_pipe",
            Name=self.name,
            Description="made by lambda-migrate",
            DesiredState="STOPPED",
            **wanted,
        )
        return self.name

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None:  # noqa: ARG002  # only the way there fails
        """Return why it could not be made, as the pipe says."""
        document = pipe.read(aws, job)
        reason = pipe.failure(document) if document else ""
        return AwsError(f"pipe `{self.name}`: {reason}", operation="pipes:CreatePipe", hint=_AGAIN) if reason else None

    def _position(self, aws: Aws) -> dict[str, Any]:
        if self.behind == QUEUED:
            return {}
        if self.behind in (OLDEST, COMMITTED):
            return {"StartingPosition": "TRIM_HORIZON"}
        at = datetime.fromtimestamp(aws.now(), UTC) - timedelta(seconds=self.behind)
        return {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": at}

    def undo(self, aws: Aws) -> None:
        """Delete it."""
        aws.call("pipes", "delete_pipe", Name=self.name)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("pipes", "DescribePipe CreatePipe DeletePipe", Name=self.name),
            *calls("events", "DescribeApiDestination", Name=self.destination),
            *calls("iam", "GetRole", RoleName=self.role),
            passed(self.role, pipe.PRINCIPAL),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        document = pipe.read(aws, self.name)
        if document is None:
            return f"no pipe {self.name}"
        return pipe.failure(document) or f"{document['Source']} → {document['Target']}, {document.get('CurrentState')}"


def _holds(document: Any, wanted: Any) -> bool:
    """Return whether a document says all that is wanted; it may say more, such as defaults."""
    if isinstance(wanted, dict):
        return isinstance(document, dict) and all(_holds(document.get(name), each) for name, each in wanted.items())
    return bool(document == wanted)
