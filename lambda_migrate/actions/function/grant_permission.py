"""Lets somebody invoke a qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Touched
from lambda_migrate.aws.permissions import calls
from lambda_migrate.function import policy

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class GrantPermission:
    """Add a statement to a qualifier's resource policy; permissions belong to one qualifier each.

    Attributes:
        function: Name of the function.
        qualifier: Alias or version; "" for the unqualified function.
        statement: As GetPolicy returns it, ``{"Sid", "Effect", "Principal", "Action", "Condition"}``.
    """

    kind: ClassVar[str] = "grant_permission"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    function: str
    qualifier: str
    statement: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"permission: {policy.subject(self.function, self.qualifier, self.statement)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"permission: remove {policy.subject(self.function, self.qualifier, self.statement)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the statement is there."""
        held = policy.holds(aws, self.function, self.qualifier, self.statement)
        return {False: Observed.BEFORE, True: Observed.AFTER, None: Observed.DRIFT}[held]

    def apply(self, aws: Aws) -> None:
        """Add the statement."""
        policy.add(aws, self.function, self.qualifier, self.statement)

    def undo(self, aws: Aws) -> None:
        """Remove the statement."""
        policy.remove(aws, self.function, self.qualifier, self.statement)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(statements=frozenset({(self.qualifier, str(self.statement.get("Sid", "?")))}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls(
            "lambda", "GetPolicy AddPermission RemovePermission", FunctionName=self.function, Qualifier=self.qualifier
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return policy.summary(aws, self.function, self.qualifier, self.statement)
