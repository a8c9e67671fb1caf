"""A session in which a change goes as far as its first write: what would be called is told, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.session import Aws, reads
from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable

Called = tuple[str, str, dict[str, Any]]
"""Service, operation in snake case, parameters."""


class _Written(Exception):  # not an error: it ends a rehearsal where the first write would be
    def __init__(self, call: Called) -> None:
        super().__init__(call)
        self.call = call


@dataclass
class Rehearsal(Aws):
    """A read-only session that keeps what was asked, and stops at what would change something.

    Attributes:
        asked: The calls that were made, none of which changes anything.
    """

    read_only: bool = True
    asked: list[Called] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call AWS where that changes nothing; see :meth:`lambda_migrate.aws.session.Aws.call`."""
        given = {name: value for name, value in parameters.items() if value is not None}
        name = self.client(service).meta.method_to_api_mapping[operation]
        if not reads(service, name):
            raise _Written((service, operation, given))
        self.asked.append((service, operation, given))
        return super().call(service, operation, **parameters)

    def first_write(self, change: Callable[[Aws], object]) -> Called | None:
        """Return the first call of a change that would change something.

        Args:
            change: An action's `apply` or `undo`.

        Returns:
            None where it changes nothing, or where it needs something that is not there yet.
        """
        try:
            change(self)
        except _Written as written:
            return written.call
        except MigrateError:
            return None
        return None

    def first_read(self, look: Callable[[Aws], object]) -> Called | None:
        """Return the first call with which something is looked at, or None.

        Args:
            look: An action's `observe`.
        """
        self.asked.clear()
        self.first_write(look)
        return self.asked[0] if self.asked else None
