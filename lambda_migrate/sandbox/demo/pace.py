"""Keeps a story from falling silent: a line at the bottom of a terminal says how the traffic is, all the time.

Where no line can move, one is told whenever nothing was told for some seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

SILENCE = 4.0
"""Seconds without a line after which one is told."""

_LOOKS = 0.25


@dataclass
class Pace:
    """Tells lines, and one about the traffic where nothing else is told.

    Args:
        write: Writes one line.
        traffic: Returns how the traffic is, in one line.
        clock: Seconds, from any start.
        show: Shows how the traffic is, on a line that moves: takes the time and the text; None where none can.
    """

    write: Callable[[str], None]
    traffic: Callable[[], str] = field(default=lambda: "getting ready")
    clock: Callable[[], float] = time.monotonic
    show: Callable[[str, str], None] | None = None
    _began: float = 0.0
    _told: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._began = self._told = self.clock()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._over.set()

    @property
    def elapsed(self) -> str:
        """How long the story has been told, ``1:05``."""
        minutes, seconds = divmod(int(self.clock() - self._began), 60)
        return f"{minutes}:{seconds:02}"

    def tell(self, line: str) -> None:
        """Write a line."""
        with self._turn:
            self._told = self.clock()
            self.write(line)

    def look(self) -> None:
        """Show how the traffic is, or write it if nothing was told for a while."""
        if self.show:
            with self._turn:
                if not self._over.is_set():
                    self.show(self.elapsed, self.traffic())
        elif self.clock() - self._told >= SILENCE:
            self.tell(f"# {self.elapsed}  {self.traffic()}")

    def _watch(self) -> None:
        while not self._over.wait(_LOOKS):
            self.look()
