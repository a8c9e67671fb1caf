"""What registering a function with a target group is, whichever service has the group."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from lambda_migrate.actions.base import Action, Observed
from lambda_migrate.actions.event_source.mapping import short

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


class FunctionTarget(Action, Protocol):
    """Register a function with a target group that takes one target and no more."""

    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    group: str
    function: str

    @property
    def called(self) -> str:
        """What a person calls the group, with its kind."""

    def targets(self, aws: Aws) -> list[str]:
        """Return the ARNs of what the group's requests go to."""

    def describe(self) -> str:
        """Return one line for a person."""
        return f"{self.called}: register {short(self.function)}"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"{self.called}: deregister {short(self.function)}"

    def observe(self, aws: Aws) -> Observed:
        """Return whether the function is its target; another one there is drift."""
        targets = self.targets(aws)
        if not targets:
            return Observed.BEFORE
        return Observed.AFTER if targets == [self.function] else Observed.DRIFT

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return ", ".join(self.targets(aws)) or "no target"
