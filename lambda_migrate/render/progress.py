"""What is being done and waited for, while it is: a line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.render.bake import lines
from lambda_migrate.render.drawing import Waiting, hanging, live
from lambda_migrate.render.escape import escape
from lambda_migrate.render.format import duration, size
from lambda_migrate.render.terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.bake import Ask, Bake
    from lambda_migrate.engine.events import RunEvent
    from lambda_migrate.render.keys import Keys
    from lambda_migrate.render.terminal import Colour, Paint, Terminal

FRAME = 0.1
QUIET = 2.0
"""Seconds after which a step that is still at it is mentioned where no line can move."""
HEARTBEAT = 60.0
"""Seconds after which it is mentioned again: a log that says nothing for long looks hung, and CI may end the job."""

_WAITS = {"wait": "waiting for AWS to spread the change", "bake": "watching"}
_VERDICTS: dict[str, tuple[str, Colour]] = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "inconclusive": ("!", "yellow"),
}


@dataclass
class Progress:
    """Tells a person what happens; goes to standard error.

    Args:
        terminal: Where it is told.
        clock: Seconds, from any start.
        pause: Waits so many seconds.
        animated: Whether a line that moves does so by itself, also during a call that takes long.
        keys: What a person may press while a bake is watched; None where nobody is asked.
    """

    terminal: Terminal
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    animated: bool = True
    keys: Keys | None = None
    _doing: str = ""
    _detail: str = ""
    _since: float = 0.0
    _until: float = 0.0
    _due: float = 0.0
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _drawn: float = 0.0
    _bake: Bake | None = None

    @property
    def _paint(self) -> Paint:
        return self.terminal.paint(self.terminal.err)

    def line(self, text: str) -> None:
        """Write a line of its own."""
        wraps = is_terminal(self.terminal.err)
        self.terminal.say("\n".join(hanging(text, self._paint.width)) if wraps else text)

    def event(self, text: str) -> None:
        """Write a line about something that has happened meanwhile; it stays, and what is being done goes on."""
        self.line(f"    {escape(text)}")
        self._draw()

    def note(self, text: str) -> None:
        """Say what is going on; the same text is not repeated. While something is being watched, it goes with that."""
        if text in (self._doing, self._detail):
            return
        if self._until:
            self._detail = text
            self._draw()
        else:
            self.begin(text)
        if not self.terminal.lively:
            self._mention()

    def counted(self, what: str, done: int, total: int) -> None:
        """Say how far a look at many things is; may be called from any thread."""
        with self._counting:
            self._detail = f"{what}: {done:,} of {total:,}"
            self._draw()

    def begin(self, text: str, seconds: float = 0.0) -> None:
        """Say what is being done from now on.

        Args:
            text: What.
            seconds: How long it lasts, or 0 where nobody knows.
        """
        self._doing, self._detail, self._since, self._bake = text, "", self.clock(), None
        self._until = self._since + seconds if seconds else 0.0
        self._due = self._since + QUIET
        self._draw()

    def at(self, done: int, total: int) -> None:
        """Say how many of how many things are done; cheap, for whoever does fifty thousand of them."""
        now = self.clock()
        if now >= self._drawn + FRAME:
            self._drawn, self._detail = now, f"{done:,} of {total:,}"
            self._draw()

    def came(self, done: int, total: int) -> None:
        """Say how many of how many bytes have come; cheap, as :meth:`at`."""
        now = self.clock()
        if now >= self._drawn + FRAME:
            self._drawn, self._detail = now, f"{size(done)} of {size(total)}"
            self._draw()

    def end(self, mark: str = "", text: str = "") -> None:
        """Say how it ended, with a mark like ``✓``; "" says nothing."""
        if self.keys:
            self.keys.end()
        self.terminal.clear()
        self._doing = ""
        if text:
            self.line(f"  {mark} {escape(text)}" if mark else f"  {escape(text)}")

    def sleep(self, seconds: float) -> None:
        """Wait, and keep the person posted meanwhile."""
        left, most = seconds, FRAME if self.terminal.lively else QUIET / 2
        while left > 0:
            self.pause(min(left, most))
            left -= most
            self._draw()

    def __call__(self, moment: RunEvent) -> None:
        """Tell a moment of a run; what the executor's `watch` wants."""
        paint, text = self._paint, moment.text
        match moment.kind:
            case "plan" | "resume" | "reconciled" | "notice":
                self.line(escape(text))
            case "start" | "undo":
                self.begin(text)
            case "done":
                self.end(paint("✓", "green"), text)
            case "undone":
                self.end(paint("↶", "yellow"), text)
            case "stuck":
                self.end(paint("✗", "red"), text)
            case "held" | "skipped" | "passed" | "left":
                self.end(paint("·", "dim"), text)
            case "wait" | "bake":
                self._wait(f"{_WAITS[moment.kind]}: {text}", moment.seconds, moment.bake)
            case "seen":
                self._see(text, moment.bake)
            case "verdict":
                self.end(paint(*_VERDICTS.get(text.partition(":")[0], ("·", "dim"))), text)
            case _:
                self.end()

    def asked(self) -> Ask | None:
        """Return what the person has asked for by a key since the last time, or None."""
        return self.keys() if self.keys else None

    def _wait(self, text: str, seconds: float, bake: Bake | None) -> None:
        if bake and self.keys:
            self.keys.begin()
        self.begin(text, seconds)
        self._bake = bake
        if not self.terminal.lively:
            self._mention()

    def _see(self, text: str, bake: Bake | None) -> None:
        """Take in what was seen of a bake, and how long it lasts now."""
        self._detail = text or self._detail
        if bake:
            self._bake, self._until = bake, self.clock() + bake.left
            self._since = self._until - bake.length
        self._draw()

    def _draw(self) -> None:
        if not self._doing:
            return
        if not self.terminal.lively:
            if self.clock() >= self._due:
                self._mention()
        elif self.terminal.live:
            self.terminal.live.refresh()
        else:
            self.terminal.live = live(self.terminal, self._now, self.clock, animated=self.animated)

    def _now(self) -> Waiting:
        now = self.clock()
        if not self._until:
            return Waiting(self._doing, duration(int(now - self._since)), detail=self._detail)
        bake = self._bake
        left = bake.left if bake and bake.paused else max(0.0, self._until - now)
        times, share = f"{duration(left)} left", 1 - left / (self._until - self._since)
        if bake is None:
            return Waiting(self._doing, times, share, self._detail)
        doing = f"paused, {self._doing}" if bake.paused else self._doing
        keys = self.keys is not None and self.keys.possible
        return Waiting(doing, times, share, below=tuple(lines(bake, self._paint, keys=keys)))

    def _mention(self) -> None:
        """Write a line about what is being done, where no line can move."""
        now, self._due = self.clock(), self.clock() + HEARTBEAT
        left = f" ({duration(max(0.0, self._until - now))})" if self._until else ""
        more = f": {escape(self._detail)}" if self._detail else ""
        self.line(f"  … {escape(self._doing)}{left}{more}")
