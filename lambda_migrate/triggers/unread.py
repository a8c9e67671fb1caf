"""What AWS does not tell where a kind looks something up: the reason stands beside what is known, or in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import AwsError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNREAD = "unread"
"""The name of the reason in what is known."""

NEVER_LOOKED = "it has not been checked"


def told(look: Callable[[], dict[str, str]], name: str = UNREAD) -> dict[str, str]:
    """Return what AWS tells; where it does not, why.

    Args:
        look: Asks AWS.
        name: Of the reason.
    """
    try:
        return look()
    except (AwsError, NotAllowed) as error:
        return {name: error.message}


def why(known: Mapping[str, str] | None, name: str = UNREAD) -> str:
    """Return why something is not known; "" where it is.

    Args:
        known: What :func:`told` returned; None where nobody has looked.
        name: Of the reason.
    """
    return NEVER_LOOKED if known is None else known.get(name, "")
