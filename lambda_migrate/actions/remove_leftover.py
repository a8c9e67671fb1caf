"""Removes what the way back has left in place, because it could still carry traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions import action_from_dict
from lambda_migrate.actions.base import Irreversible, Lingering, Observed, Used, backwards
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class RemoveLeftover(Irreversible):
    """Undo an action whose thing stayed when everything else went back.

    Attributes:
        action: The action as the ledger has it, :func:`lambda_migrate.actions.action_to_dict`.
    """

    kind: ClassVar[str] = "remove_leftover"
    symbol: ClassVar[str] = "-"
    action: dict[str, Any]

    @property
    def _left(self) -> Action:
        return action_from_dict(self.action)

    def describe(self) -> str:
        """Return one line for a person."""
        return backwards(self._left)

    def observe(self, aws: Aws) -> Observed:
        """Return whether it is there still; DRIFT where somebody else uses it or has changed it."""
        left = self._left
        if isinstance(left, Lingering):
            return Observed.AFTER if left.gone(aws) else Observed.BEFORE
        swapped = {Observed.BEFORE: Observed.AFTER, Observed.AFTER: Observed.BEFORE}
        seen = left.observe(aws)
        return swapped.get(seen, seen)

    def needless(self, aws: Aws) -> str:  # noqa: ARG002  # it is so everywhere
        """Return why the way back passes it by: what it removed carried nothing."""
        return "it stays removed; what needs it makes it again"

    def apply(self, aws: Aws) -> str | None:
        """Remove it, unless somebody uses it by now: a run that was cut off may go on days after it was planned.

        Raises:
            Drifted: Somebody does, or nobody can tell.
        """
        left = self._left
        why = left.in_use(aws) if isinstance(left, Used) else ""
        if why:
            hint = "move its callers away and run the same command again, or end it: `lambda-migrate rollback --last`"
            raise Drifted(f"{backwards(left)}: {why}", hint=hint, topic="drift")
        return left.undo(aws)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        left = self._left
        return (*left.aws_calls(), *(calls("cloudwatch", "GetMetricData") if isinstance(left, Used) else ()))

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return self._left.current(aws)
