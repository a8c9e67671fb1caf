"""A session in which a change goes as far as its first write: what would be called is told, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.session import READ_EXCEPTIONS, Aws, reads
from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable

Called = tuple[str, str, dict[str, Any]]
"""Service, operation in snake case, parameters."""

STAND_IN = "rehearsal:NO-SECRET-IS-READ-IN-A-REHEARSAL"
"""What stands for the value of a secret: what would be written with it is told, and so it is never asked for."""


class _Written(BaseException):  # not an error, so that no action handles it: it ends a rehearsal
    def __init__(self, call: Called) -> None:
        super().__init__(call)
        self.call = call


@dataclass
class Rehearsal(Aws):
    """A read-only session that keeps what was asked, and stops at what would change something.

    It waits for nothing, reads no secret, and neither invokes the function nor starts a query.

    Attributes:
        asked: The calls that were made, none of which changes anything.
    """

    read_only: bool = True
    asked: list[Called] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call AWS where that changes nothing; see :meth:`lambda_migrate.aws.session.Aws.call`."""
        given = {name: value for name, value in parameters.items() if value is not None}
        name = self.client(service).meta.method_to_api_mapping[operation]
        if not reads(service, name) or (service, name) in READ_EXCEPTIONS:
            raise _Written((service, operation, given))
        self.asked.append((service, operation, given))
        return _instead(service, operation, given) or super().call(service, operation, **parameters)

    def __post_init__(self) -> None:
        """Have what would be waited for be what is not there yet."""
        self.sleep = _not_there_yet

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


def _not_there_yet(_seconds: float) -> None:
    raise MigrateError("a rehearsal waits for nothing")


def _instead(service: str, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what stands for the answer to a call that shows a secret; nothing for any other call."""
    if (service, operation) == ("secretsmanager", "get_secret_value"):
        return {"SecretString": STAND_IN}
    if (service, operation) == ("ssm", "get_parameter") and given.get("WithDecryption"):
        return {"Parameter": {"Value": STAND_IN}}
    return {}
