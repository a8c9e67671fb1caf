"""A session in which a change is rehearsed: what would be called is told, and nothing is changed.

After a write that was not made, the change goes on with a stand-in for its answer: names in capitals, which the person
who types it has to fill in. Where it needs more than that, it ends there, and the rest is told by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.aws.answers import Answer
from lambda_migrate.aws.session import READ_EXCEPTIONS, Aws, reads
from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.http import Client

Called = tuple[str, str, dict[str, Any]]
"""Service, operation in snake case, parameters."""

STAND_IN = "rehearsal:NO-SECRET-IS-READ-IN-A-REHEARSAL"
"""What stands for the value of a secret: what would be written with it is told, and so it is never asked for."""


MOST = 20
"""Writes of one change that are told; what writes more does it in a loop."""


class Rehearsed(NamedTuple):
    """What a change would call.

    Attributes:
        writes: The calls that would change something, in their order.
        complete: Whether these are all of them; else what the last one answers decides what comes next.
    """

    writes: tuple[Called, ...] = ()
    complete: bool = True


class _Enough(BaseException):  # not an error, so that no action handles it: it ends a rehearsal
    pass


@dataclass
class Rehearsal(Aws):
    """A read-only session that keeps what was asked, and makes no call that would change something.

    It waits for nothing, reads no secret, and neither invokes the function nor starts a query.

    Attributes:
        asked: The calls that were made, none of which changes anything.
        written: Those that would have been made.
    """

    read_only: bool = True
    asked: list[Called] = field(default_factory=list)
    written: list[Called] = field(default_factory=list)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call AWS where that changes nothing; see :meth:`lambda_migrate.aws.session.Aws.call`."""
        given = {name: value for name, value in parameters.items() if value is not None}
        name = self.client(service).meta.method_to_api_mapping[operation]
        if not reads(service, name) or (service, name) in READ_EXCEPTIONS:
            self.written.append((service, operation, given))
            if len(self.written) == MOST:
                raise _Enough
            shape = self.client(service).meta.service_model.operation_model(name).output_shape
            return StandIn(shape)
        self.asked.append((service, operation, given))
        return _instead(service, operation, given) or super().call(service, operation, **parameters)

    def __post_init__(self) -> None:
        """Have what would be waited for be what is not there yet."""
        self.sleep = _not_there_yet

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        """Yield the items of every page of a listing; see :meth:`lambda_migrate.aws.session.Aws.pages`."""
        if self.client(service).can_paginate(operation):  # what cannot comes as calls
            self.asked.append(
                (service, operation, {name: each for name, each in parameters.items() if each is not None})
            )
        yield from super().pages(service, operation, key, **parameters)

    def downloads(self) -> Client:
        """Return what downloads packages; not for what comes after a write, which is not made.

        Raises:
            MigrateError: Something would have been written before.
        """
        if self.written:
            raise MigrateError("a rehearsal downloads nothing")
        return super().downloads()

    def rehearsed(self, change: Callable[[Aws], object]) -> Rehearsed:
        """Return what a change would write.

        Args:
            change: An action's `apply` or `undo`.
        """
        self.written.clear()
        complete = True
        try:
            change(self)
        except (_Enough, *_LACKS):
            complete = False
        return Rehearsed(tuple(self.written), complete)

    def looks(self, look: Callable[[Aws], object]) -> tuple[Called, ...]:
        """Return the calls with which something is looked at, as far as they need nothing that is not there yet.

        Args:
            look: An action's `observe`.
        """
        self.asked.clear()
        self.rehearsed(look)
        return tuple(self.asked)


class StandIn(Answer):
    """What stands for the answer to a write that is not made: each member that is asked for by its own name.

    Args:
        shape: botocore's model of the answer; None where there is nothing in it.
    """

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self._members: dict[str, Any] = dict(getattr(shape, "members", None) or {})

    def __missing__(self, name: str) -> Any:
        """Return what stands for a member.

        Raises:
            MigrateError: The answer has no such member.
        """
        if name not in self._members:
            raise MigrateError(f"a rehearsal does not know `{name}`")
        shape = self._members[name]
        match shape.type_name:
            case "structure":
                self[name] = StandIn(shape)
            case "string":
                self[name] = placeholder(name)
            case _:
                raise MigrateError(f"a rehearsal does not know `{name}`")
        return self[name]


def placeholder(name: str) -> str:
    """Return what stands for a member of an answer: ``IntegrationId`` is ``INTEGRATION_ID``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


_LACKS = (MigrateError, LookupError, TypeError, ValueError, AttributeError)
"""How a change ends that needs more of an answer than a stand-in has."""


def _not_there_yet(_seconds: float) -> None:
    raise MigrateError("a rehearsal waits for nothing")


def _instead(service: str, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what stands for the answer to a call that shows a secret; nothing for any other call."""
    if (service, operation) == ("secretsmanager", "get_secret_value"):
        return {"SecretString": STAND_IN}
    if (service, operation) == ("ssm", "get_parameter") and given.get("WithDecryption"):
        return {"Parameter": {"Value": STAND_IN}}
    return {}
