"""Takes back what let somebody invoke a qualifier of the function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Seen
from lambda_migrate.actions.change import contended, pending
from lambda_migrate.function import policy

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RevokePermission:
    """Remove a statement from a qualifier's resource policy.

    Attributes:
        function: Name of the function.
        qualifier: Alias or version; "" for the unqualified function.
        statement: As GetPolicy returns it, ``{"Sid", "Effect", "Principal", "Action", "Condition"}``.
    """

    kind: ClassVar[str] = "revoke_permission"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "-"
    function: str
    qualifier: str
    statement: dict[str, Any]

    def describe(self) -> str:
        """Return one line for a person."""
        return f"no longer: {policy.subject(self.function, self.qualifier, self.statement)}"

    def observe(self, aws: Aws) -> Seen:
        """Return whether the statement is there."""
        return policy.observe(
            aws, self.function, self.qualifier, self.statement, absent=Seen.AFTER, present=Seen.BEFORE
        )

    @contended
    def apply(self, aws: Aws) -> None:
        """Remove the statement."""
        if pending(self, aws, Seen.AFTER):
            policy.remove(aws, self.function, self.qualifier, self.statement)

    @contended
    def undo(self, aws: Aws) -> None:
        """Add the statement again."""
        if pending(self, aws, Seen.BEFORE):
            policy.add(aws, self.function, self.qualifier, self.statement)

    def found(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return policy.spoken(aws, self.function, self.qualifier, self.statement)
