"""Makes the traffic alias on a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Touched
from lambda_migrate.actions.function.counted import invoked
from lambda_migrate.actions.function.shift_weight import named, position, summary
from lambda_migrate.actions.references import calls_of_version, missing_version, version_number
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted
from lambda_migrate.function import policy

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


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
        return f"alias {self.alias}: none → {named(self.version)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"alias {self.alias}: {named(self.version)} → none"

    def observe(self, aws: Aws) -> Observed:
        """Return where the alias stands: none, as made, or something else."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        if alias is None:
            return Observed.BEFORE
        number = version_number(aws, self.function, self.version)
        return Observed.AFTER if position(alias) == {"version": number, "weights": {}} else Observed.DRIFT

    def apply(self, aws: Aws) -> None:
        """Make the alias once its version is active; creating is atomic, so nobody's alias is taken over."""
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

    def undo(self, aws: Aws) -> None:
        """Delete the alias, unless somebody else has come to depend on it; what the plan hung on it is gone by now.

        Raises:
            Drifted: It is invoked by others.
        """
        users = [*policy.read(aws, self.function, self.alias)[0], *self._mappings(aws)]
        if users:
            raise Drifted(
                f"alias {self.alias} of `{self.function}` is used by others: {', '.join(users)}",
                hint="point them elsewhere, or keep the alias: `lambda-migrate rollback --to` this step",
                topic="drift",
            )
        aws.call("lambda", "delete_alias", FunctionName=self.function, Name=self.alias)

    def in_use(self, aws: Aws) -> str:
        """Return that it was invoked lately, or that this is unknown: callers that use a role leave no other trace."""
        return invoked(aws, self.function, self.alias)

    def _mappings(self, aws: Aws) -> list[str]:
        name = f"{self.function}:{self.alias}"
        mappings = aws.pages("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=name)
        theirs = [each for each in mappings if each["FunctionArn"].endswith(f":{name}")]
        return [str(each.get("EventSourceArn") or each["UUID"]) for each in theirs]

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(aliases=frozenset({self.alias}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "GetAlias CreateAlias DeleteAlias", FunctionName=self.function),
            *calls_of_version(self.function, self.version),
            *calls("lambda", "GetPolicy", FunctionName=self.function, Qualifier=self.alias),
            *calls("lambda", "ListEventSourceMappings"),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        alias = read_or_none(aws, "lambda", "get_alias", FunctionName=self.function, Name=self.alias)
        return f"alias {self.alias}: {summary(position(alias)) if alias else 'none'}"
