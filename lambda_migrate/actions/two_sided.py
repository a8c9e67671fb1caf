"""Actions that write one of two sides, and nothing else: there and back are the same write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lambda_migrate.actions.base import Action, Observed
from lambda_migrate.actions.change import contended, pending

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


class TwoSided(Action, Protocol):
    """An action whose ``before`` and ``after`` are written in the same way.

    - ``write(aws, side)``: put a side, ``before`` or ``after``, in the place of the other.
    """

    before: Any
    after: Any

    def write(self, aws: Aws, side: Any) -> None:
        """Put a side in the place of the other."""

    @contended
    def apply(self, aws: Aws) -> None:
        """Put ``after`` in the place of ``before``."""
        if pending(self, aws, Observed.AFTER):
            self.write(aws, self.after)

    @contended
    def undo(self, aws: Aws) -> None:
        """Put ``before`` in the place of ``after``."""
        if pending(self, aws, Observed.BEFORE):
            self.write(aws, self.before)
