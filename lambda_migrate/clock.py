"""The time and the waiting of a call of the program, in one place, so that a test can have time pass without any."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets, and that goes on while the machine sleeps (clock_gettime(2))."""

_BEGAN, _BEGAN_TICKS = time.time(), time.clock_gettime(_TICKS)


def steady() -> float:
    """Return the time in seconds since the epoch, as this process began with it: it never jumps.

    A bake that was begun while the machine's clock was an hour ahead does not last an hour longer once that is put
    right. What another process has recorded is bounded by whoever reads it.
    """
    return _BEGAN + time.clock_gettime(_TICKS) - _BEGAN_TICKS


@dataclass(frozen=True)
class Clock:
    """What tells the time, and what waits.

    Attributes:
        now: The time, in seconds since the epoch; it does not jump.
        sleep: Waits so many seconds.
    """

    now: Callable[[], float] = steady
    sleep: Callable[[float], None] = time.sleep

    def moment(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)
