"""Removes the rehearsal route of an HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.actions.base import Observed

if TYPE_CHECKING:
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

_SWAPPED = {Observed.BEFORE: Observed.AFTER, Observed.AFTER: Observed.BEFORE}


@dataclass(frozen=True)
class EndRehearsal:
    """Remove the route that was made for the rehearsal.

    Attributes:
        api_id: The HTTP API.
        path: The route's path.
        target: Where it leads, as :class:`RehearseRoute` has it.
    """

    kind: ClassVar[str] = "end_rehearsal"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "-"
    api_id: str
    path: str
    target: str

    @property
    def _route(self) -> RehearseRoute:
        return RehearseRoute(self.api_id, self.path, self.target)

    def describe(self) -> str:
        """Return one line for a person."""
        return self._route.describe_back()

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return self._route.describe()

    def observe(self, aws: Aws) -> Observed:
        """Return whether the route is there still, leading to the service."""
        seen = self._route.observe(aws)
        return _SWAPPED.get(seen, seen)

    def apply(self, aws: Aws) -> None:
        """Remove it."""
        self._route.undo(aws)

    def undo(self, aws: Aws) -> None:
        """Make it again; on the way back it is one with the step that made it, and neither has to be undone."""
        self._route.apply(aws)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return self._route.aws_calls()

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self._route.current(aws)
