"""Time that passes only when somebody says so, and what is due while it does."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN = 1_772_366_400.0
"""2026-03-01, 12:00 UTC."""


@dataclass
class Time:
    """The clock of one world.

    Attributes:
        now: Seconds since the epoch.
        look: Called whenever something was due.
        passing: Told of all time that passes, from and to.
    """

    now: float = BEGIN
    look: Callable[[], None] = field(default=lambda: None)
    passing: Callable[[float, float], None] = field(default=lambda _start, _end: None)
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def at(self, when: float, act: Callable[[], None] = lambda: None) -> None:
        """Have something happen at a time; nothing but a look where nothing is named."""
        heapq.heappush(self._due, (when, next(self._numbers), act))

    def advance(self, seconds: float) -> None:
        """Let time pass, and what is due happen when it is."""
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            when, _, act = heapq.heappop(self._due)
            self._pass(max(self.now, when))
            act()
            self.look()
        self._pass(end)

    def _pass(self, end: float) -> None:
        if end > self.now:
            self.passing(self.now, end)
            self.now = end
