"""Starts or stops a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.pipes import pipe
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_WORDS = {True: "runs", False: "stopped"}
_STATES = {"RUNNING": True, "STOP_FAILED": True, "STOPPED": False, "START_FAILED": False, "CREATE_FAILED": False}
"""Whether a pipe runs; what has failed to start does not, so that the way back is open."""


@dataclass(frozen=True)
class SwitchPipe:
    """Start or stop a pipe; started again, it goes on from where it stopped.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-start-stop.html

    Attributes:
        name: Name of the pipe.
        before: Whether it runs.
        after: As before.
    """

    kind: ClassVar[str] = "switch_pipe"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    timeout: ClassVar[float] = pipe.TIMEOUT
    name: str
    before: bool
    after: bool

    def describe(self) -> str:
        """Return one line for a person."""
        return f"pipe {self.name}: {_WORDS[self.before]} → {_WORDS[self.after]}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether it runs; MOVING while AWS is at work on it."""
        document = pipe.read(aws, self.name)
        if document is None:
            return Observed.DRIFT
        state = document.get("CurrentState")
        if state in pipe.AT_WORK:
            return Observed.MOVING
        return {self.after: Observed.AFTER, self.before: Observed.BEFORE}.get(
            _STATES.get(str(state)),  # type: ignore[arg-type]  # None is neither side
            Observed.DRIFT,
        )

    def apply(self, aws: Aws) -> str:
        """Bring it to ``after``; the job is known by the pipe's name."""
        self.write(aws, self.after)
        return self.name

    def undo(self, aws: Aws) -> str:
        """Bring it to ``before``, as above."""
        self.write(aws, self.before)
        return self.name

    def write(self, aws: Aws, side: bool) -> None:  # noqa: FBT001  # a side is running or stopped
        """Start or stop it."""
        aws.call("pipes", "start_pipe" if side else "stop_pipe", Name=self.name)

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError | None:  # a state says it
        """Return why it was not started, or not stopped, as the pipe says."""
        document = pipe.read(aws, job)
        reason = pipe.failure(document) if document else ""
        if not reason:
            return None
        return AwsError(
            f"pipe `{self.name}`: {reason}",
            operation="pipes:StartPipe" if to is Observed.AFTER else "pipes:StopPipe",
            hint="fix the source, or what the pipe's role may do, then run the same command again",
        )

    def needless(self, aws: Aws) -> str:
        """Return why the way back passes it by: what is gone sends nothing."""
        return "" if pipe.read(aws, self.name) is not None else f"pipe {self.name} is gone, so it sends nothing"

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("pipes", "DescribePipe StartPipe StopPipe", Name=self.name)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        document = pipe.read(aws, self.name)
        if document is None:
            return f"no pipe {self.name}"
        return pipe.failure(document) or str(document.get("CurrentState"))
