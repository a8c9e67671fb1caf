"""What could not be looked at: it is named, and stands in the way until somebody accepts it; never is it empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.detected import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.triggers.base import Settings


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
