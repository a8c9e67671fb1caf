"""Pins a version that the way back leads to: an alias of its own names it, so that no pruner of versions deletes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Touched
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.function.documents import pin_of

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PinVersion:
    """Have an alias that is there for nothing else name a version; nobody invokes it.

    Attributes:
        function: Name of the function.
        version: The version's number.
    """

    kind: ClassVar[str] = "pin_version"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    version: str

    @property
    def alias(self) -> str:
        """The name of the alias."""
        return pin_of(self.version)

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alias {self.alias}: none → {self.version}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"alias {self.alias}: {self.version} → none"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the alias is there, on the version."""
        alias = self._read(aws)
        if alias is None:
            return Observed.BEFORE
        return Observed.AFTER if alias["FunctionVersion"] == self.version else Observed.DRIFT

    def _read(self, aws: Aws) -> Document | None:
        return read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)

    def apply(self, aws: Aws) -> None:
        """Make the alias."""
        named = {"FunctionName": self.function, "Name": self.alias, "FunctionVersion": self.version}
        aws.call("lambda", "create_alias", **named, Description="lambda-migrate: the way back needs this version")

    def undo(self, aws: Aws) -> None:
        """Delete the alias."""
        aws.call("lambda", "delete_alias", FunctionName=self.function, Name=self.alias)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(aliases=frozenset({self.alias}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("lambda", "GetAlias CreateAlias DeleteAlias", FunctionName=self.function)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        alias = self._read(aws)
        return f"alias {self.alias}: {alias['FunctionVersion'] if alias else 'none'}"
