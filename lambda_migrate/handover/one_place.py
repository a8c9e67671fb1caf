"""The one place in the owners' files that defines the function; if none or several do, nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.handover.patch import Unfit, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_migrate.handover.model import Flip
    from lambda_migrate.handover.patch import Patched


class Change(Protocol):
    """What becomes of one place."""

    def add(self, flip: Flip) -> None:
        """Decide what one flip needs."""

    def patched(self) -> Patched:
        """Return the changes.

        Raises:
            Unfit: They do not say what they have to.
            Unreadable: What they come to cannot be read.
        """


def changed(wanted: Sequence[Flip], having: Sequence[tuple[str, Callable[[], Change]]], missing: str) -> Patched:
    """Return what becomes of the place that defines the function; nothing, with the reason, if it is not clear.

    Args:
        wanted: The flips.
        having: Each place that has the function: its path, and what begins a change of it.
        missing: Why there is none.
    """
    names = [each.name for each in wanted]
    if len(having) != 1:
        paths = ", ".join(f"`{path}`" for path, _ in having)
        return nothing(names, f"the function is in {paths}" if having else missing)
    path, begin = having[0]
    try:
        change = begin()
        for each in wanted:
            change.add(each)
        return change.patched()
    except (Unfit, Unreadable) as error:
        return nothing(names, f"`{path}`: {error}")
