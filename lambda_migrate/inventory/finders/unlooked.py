"""What could not be looked at: it is named, and stands in the way until somebody accepts it; never is it empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.inventory import concurrently
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.triggers.base import Settings

_Item = TypeVar("_Item")


def unlooked(what: str, reason: str, *, source: str = "", identity: str = "") -> Trigger[Settings]:
    """Return a caller that may be there.

    Args:
        what: What could not be looked at, by the name that people give it; `path:` of an acceptance.
        reason: Why not.
        source: The ARN that a statement of the resource policy would name for it, where it has one.
        identity: What identifies it; default: its name.
    """
    return Trigger(UNKNOWN.name, identity or what, what, "", base.Settings(source=source, reason=reason))


def looked(
    what: str, look: Callable[[], Iterator[Trigger[Settings]]], *, source: str = "", identity: str = ""
) -> Iterator[Trigger[Settings]]:
    """Yield what a look-up finds; where it fails half-way too, that it could not be looked at to its end.

    Not allowed, throttled after all attempts, no such service in the region: all the same, nothing is known.

    Args:
        what: As for :func:`unlooked`.
        look: The look-up.
        source: As for :func:`unlooked`.
        identity: As for :func:`unlooked`.
    """
    try:
        yield from look()
    except (AwsError, NotAllowed) as error:
        yield unlooked(what, error.message, source=source, identity=identity)


def each_looked(
    aws: Aws,
    look: Callable[[_Item], Iterable[Trigger[Settings]]],
    items: Iterable[_Item],
    about: Callable[[_Item], tuple[str, str]],
) -> Iterator[Trigger[Settings]]:
    """Yield what a look-up finds in each of several things, asked at the same time; see :func:`looked`.

    Args:
        aws: Whom it asks.
        look: The look-up of one thing.
        items: The things.
        about: What one is called, and the ARN that a statement of the resource policy would name for it.
    """

    def one(item: _Item) -> list[Trigger[Settings]]:
        what, source = about(item)
        return list(looked(what, lambda: iter(look(item)), source=source, identity=source or what))

    for triggers in concurrently.ask(aws, one, items):
        yield from triggers
