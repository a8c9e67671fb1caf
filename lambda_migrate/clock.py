"""The time and the waiting of a call of the program, in one place, so that a test can have time pass without any."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Clock:
    """What tells the time, and what waits.

    Attributes:
        now: The time, in seconds since the epoch.
        sleep: Waits so many seconds.
    """

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def moment(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)
