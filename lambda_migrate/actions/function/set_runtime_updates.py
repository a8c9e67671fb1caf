"""Sets when Lambda updates the runtime of a version: it is kept for each version, and for $LATEST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace
from lambda_migrate.actions.function.shift_weight import named
from lambda_migrate.actions.references import calls_of_version, missing_version, version_number
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import VERSIONS, calls
from lambda_migrate.function.documents import LATEST

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

AUTO = {"UpdateRuntimeOn": "Auto"}
"""How Lambda updates a runtime where nobody has said anything ("Runtime updates", Lambda developer guide)."""

_MANUAL = "Manual"


@dataclass(frozen=True)
class SetRuntimeUpdates(Replace):
    """Write how the runtime of ``$LATEST`` or of a version is updated, and which one it stays on.

    AWS does not document whether a version that is published inherits this. Where it did, there is nothing to do.

    Attributes:
        function: Name of the function.
        version: ``$LATEST``, a version's number, or ``marker:<description>``.
        before: ``{"UpdateRuntimeOn", "RuntimeVersionArn"}``; the ARN only with ``Manual``.
        after: As before.
    """

    kind: ClassVar[str] = "set_runtime_updates"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    function: str
    version: str
    before: dict[str, str]
    after: dict[str, str]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"runtime updates of {self.function}:{named(self.version)}: {_told(self.before)} → {_told(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the version shows."""
        now = self._read(aws)
        for side, seen in ((self.after, Observed.AFTER), (self.before, Observed.BEFORE)):
            if now == side:
                return seen
        published_just_now = not self._latest and now["UpdateRuntimeOn"] != _MANUAL
        return Observed.BEFORE if published_just_now else Observed.DRIFT

    def joined(self, later: Action) -> SetRuntimeUpdates | None:
        """Return this, where the later one undoes it: there and back, nothing has changed."""
        undone = isinstance(later, SetRuntimeUpdates) and (
            later.function,
            later.version,
            later.before,
            later.after,
        ) == (
            self.function,
            self.version,
            self.after,
            self.before,
        )
        return self if undone else None

    def _read(self, aws: Aws) -> dict[str, str]:
        number = self._number(aws)
        if number is None:
            return self.before  # it is published by an earlier step, and gone again after the way back
        answer = aws.call("lambda", "get_runtime_management_config", FunctionName=self.function, Qualifier=number)
        return settings(answer)

    @property
    def _latest(self) -> bool:
        return self.version == LATEST

    def _number(self, aws: Aws) -> str | None:
        return version_number(aws, self.function, self.version)

    def write(self, aws: Aws, side: dict[str, str]) -> None:
        """Write one side, once no update of the version is in progress."""
        number = self._number(aws)
        if number is None:
            raise missing_version(self.function, self.version)
        aws.wait_function_updated(self.function, number)
        asked = {"FunctionName": self.function, "Qualifier": number}
        aws.call("lambda", "put_runtime_management_config", **asked, **side)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        config = "GetRuntimeManagementConfig PutRuntimeManagementConfig"
        return (
            *calls("lambda", config, FunctionName=self.function, Qualifier=LATEST if self._latest else VERSIONS),
            *calls_of_version(self.function, self.version),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return _told(self._read(aws))


def settings(answer: Document) -> dict[str, str]:
    """Return what an answer says of runtime updates, in the form of a side."""
    mode = str(answer.get("UpdateRuntimeOn") or AUTO["UpdateRuntimeOn"])
    pinned = answer.get("RuntimeVersionArn")
    return {"UpdateRuntimeOn": mode, **({"RuntimeVersionArn": str(pinned)} if pinned and mode == _MANUAL else {})}


def _told(side: dict[str, str]) -> str:
    version = Arn.parse(side.get("RuntimeVersionArn", "")).name[:12]
    return side["UpdateRuntimeOn"] + (f" {version}" if version else "")
