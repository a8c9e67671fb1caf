"""Makes the traffic alias on a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Seen
from lambda_migrate.actions.change import contended, look, pending
from lambda_migrate.actions.resolve import missing_version, version_number
from lambda_migrate.actions.shift_weight import position, spoken

if TYPE_CHECKING:
    from lambda_migrate.aws import Aws


@dataclass(frozen=True)
class CreateAlias:
    """Make an alias that points at one version, without weights.

    Attributes:
        function: Name of the function.
        alias: Name of the alias.
        version: A version's number, or ``marker:<description>`` of one.
        description: What AWS shows beside it.
    """

    kind: ClassVar[str] = "create_alias"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    alias: str
    version: str
    description: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"alias {self.alias}: none → {self.version}"

    def observe(self, aws: Aws) -> Seen:
        """Return where the alias stands: none, as made, or something else."""
        alias = look(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        if alias is None:
            return Seen.BEFORE
        number = version_number(aws, self.function, self.version)
        return Seen.AFTER if position(alias) == {"version": number, "weights": {}} else Seen.DRIFT

    @contended
    def apply(self, aws: Aws) -> None:
        """Make the alias once its version is active; creating is atomic, so nobody's alias is taken over."""
        if not pending(self, aws, Seen.AFTER):
            return
        number = version_number(aws, self.function, self.version)
        if number is None:
            raise missing_version(self.function, self.version)
        aws.wait_function_updated(self.function, number)
        aws.call(
            "lambda",
            "create_alias",
            FunctionName=self.function,
            Name=self.alias,
            FunctionVersion=number,
            Description=self.description,
        )

    @contended
    def undo(self, aws: Aws) -> None:
        """Delete the alias."""
        if pending(self, aws, Seen.BEFORE):
            aws.call("lambda", "delete_alias", FunctionName=self.function, Name=self.alias)

    def found(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        alias = look(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        return f"alias {self.alias}: {spoken(position(alias)) if alias else 'none'}"
