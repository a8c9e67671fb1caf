"""Stops asking a service that refuses, for a few seconds: a fallback that first waits for a refusal is a slow one."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Breaker:
    """Open after so many refusals in a row.

    When its time has passed, one event tries the service again while the others go on without: an answer closes the
    breaker, another refusal opens it for as long again.

    Args:
        refusals: How many in a row open it; none never do.
        seconds: How long it stays open.
        clock: Seconds, from any start, that never go back.
    """

    __slots__ = ("_clock", "_most", "_row", "_seconds", "_until")

    def __init__(self, refusals: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = refusals
        self._seconds = seconds
        self._clock = clock
        self._row = 0
        self._until = 0.0

    def bars(self) -> bool:
        """Return whether the service is not to be asked now."""
        if not self._most or self._row < self._most:
            return False
        now = self._clock()
        if now < self._until:
            return True
        self._until = now + self._seconds  # for the others, until this one knows
        return False

    def refused(self) -> None:
        """Count a refusal."""
        self._row += 1
        self._until = self._clock() + self._seconds

    def reached(self) -> None:
        """Forget the refusals: the service had a request."""
        self._row = 0
