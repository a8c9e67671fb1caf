"""Pins the original version: an alias names it, so that no pruner of versions takes the way back along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Touched
from lambda_migrate.actions.function.shift_weight import named
from lambda_migrate.actions.references import calls_of_version, missing_version, version_number
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.function.documents import LATEST, PIN

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PinOriginal:
    """Have the alias `lambda-migrate` name a version; before that it is not there, or on ``$LATEST``, as a lock alone.

    Its description, which is the lock between machines, stays as it is.

    Attributes:
        function: Name of the function.
        version: A version's number, or ``marker:<description>`` of one.
    """

    kind: ClassVar[str] = "pin_original"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    version: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alias {PIN}: none → {named(self.version)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"alias {PIN}: {named(self.version)} → none"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the alias names the version, or none."""
        alias = self._read(aws)
        if alias is None or alias["FunctionVersion"] == LATEST:
            return Observed.BEFORE
        number = version_number(aws, self.function, self.version)
        return Observed.AFTER if alias["FunctionVersion"] == number else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=PIN)

    def apply(self, aws: Aws) -> None:
        """Make the alias on the version, once that is active, or point the one that is a lock alone to it.

        Raises:
            Drifted: The version is not there.
        """
        number = version_number(aws, self.function, self.version)
        if number is None:
            raise missing_version(self.function, self.version)
        aws.wait_function_updated(self.function, number)
        alias = self._read(aws)
        if alias is None:
            aws.call("lambda", "create_alias", FunctionName=self.function, Name=PIN, FunctionVersion=number)
        else:
            self._point(aws, alias, number)

    def undo(self, aws: Aws) -> None:
        """Delete the alias; one that is a lock as well only names no version any more."""
        alias = self._read(aws)
        if alias is not None and alias.get("Description"):
            self._point(aws, alias, LATEST)
        else:
            aws.call("lambda", "delete_alias", FunctionName=self.function, Name=PIN)

    def _point(self, aws: Aws, alias: Document, version: str) -> None:
        revision = alias["RevisionId"]
        aws.call(
            "lambda",
            "update_alias",
            FunctionName=self.function,
            Name=PIN,
            FunctionVersion=version,
            RevisionId=revision,
        )

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(aliases=frozenset({PIN}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "GetAlias CreateAlias UpdateAlias DeleteAlias", FunctionName=self.function),
            *calls_of_version(self.function, self.version),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        alias = self._read(aws)
        return f"alias {PIN}: {alias['FunctionVersion'] if alias else 'none'}"
