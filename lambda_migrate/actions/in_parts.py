"""What an action can also do if its write is made of many parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.transfer import Transfer


@runtime_checkable
class InParts(Protocol):
    """An action whose write is made of many parts, and resumes where an earlier attempt stopped."""

    def apply_in_parts(self, aws: Aws, transfer: Transfer) -> None:
        """Write AFTER as ``apply`` does, and ask between two parts whether to stop."""
