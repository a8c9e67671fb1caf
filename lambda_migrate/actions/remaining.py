"""What a failed attempt leaves in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.session import Aws


@runtime_checkable
class Remaining(Protocol):
    """An action of which a failed attempt leaves something in AWS, although ``observe`` shows BEFORE."""

    def remains(self, aws: Aws) -> bool:
        """Return whether that is there now; ``undo`` removes it."""


def remains(action: Action, aws: Aws) -> bool:
    """Return whether a failed attempt has left something that ``undo`` removes; asked where BEFORE is observed."""
    return isinstance(action, Remaining) and action.remains(aws)
