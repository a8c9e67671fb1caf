"""How quickly events are sent: slower with each call that is throttled, and quicker again as answers come."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 1.0
LONGEST = 60.0
SLICE = 1.0
"""Seconds after which a pause looks whether somebody wants to stop."""


@dataclass
class Pace:
    """A pause before each call, which all threads share: what throttles one would throttle the others.

    Args:
        sleep: Waits so many seconds.
        stopped: Whether somebody wants to stop; a pause ends then.
        told: Is told the seconds of a pause that has become longer.

    Attributes:
        pause: Seconds before each call; 0 while nothing is throttled.
    """

    sleep: Callable[[float], None]
    stopped: Callable[[], bool] = lambda: False
    told: Callable[[float], None] = lambda _seconds: None
    pause: float = 0.0
    _turn: int = 0
    _changing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self) -> int:
        """Wait before a call; return the turn that it belongs to."""
        left = self.pause
        while left > 0 and not self.stopped():
            self.sleep(min(left, SLICE))
            left -= SLICE
        return self._turn

    def throttled(self, turn: int) -> None:
        """Make the pause twice as long, once for all calls of a turn."""
        with self._changing:
            if turn == self._turn:
                self._turn += 1
                self.pause = min(LONGEST, max(FIRST, 2 * self.pause))
                self.told(self.pause)

    def answered(self, turn: int) -> None:
        """Make the pause half as long, once for all calls of a turn; none is left below the first."""
        with self._changing:
            if turn == self._turn and self.pause:
                self._turn += 1
                self.pause = self.pause / 2 if self.pause > FIRST else 0.0
