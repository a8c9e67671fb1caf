"""What is being done and waited for, while it is: one redrawn line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.render.format import duration
from lambda_migrate.render.table import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.events import Moment
    from lambda_migrate.render.terminal import Paint, Terminal

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAME = 0.1
PATIENCE = 2.0
"""Seconds after which a step that is still at it is mentioned where lines cannot be redrawn."""

_VERDICTS = {"pass": ("✓", "green"), "fail": ("✗", "red"), "inconclusive": ("!", "yellow")}


@dataclass
class Progress:
    """Tells a person what happens; goes to standard error.

    Args:
        terminal: Where it is told.
        clock: Seconds, from any start.
        pause: Waits so many seconds.
    """

    terminal: Terminal
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    _doing: str = ""
    _until: float = 0.0
    _since: float = 0.0
    _mentioned: bool = False
    _frame: int = 0

    @property
    def _paint(self) -> Paint:
        return self.terminal.paint(self.terminal.err)

    def line(self, text: str) -> None:
        """Write a line of its own."""
        self.terminal.say(text)

    def event(self, text: str) -> None:
        """Write a line about something that has happened meanwhile; it stays, and what is being done goes on."""
        self.line(f"    {text}")
        self._draw()

    def note(self, text: str) -> None:
        """Write what is going on, indented; the same text is not repeated."""
        if text != self._doing:
            self.begin(text)
            if not self.terminal.lively:
                self._mention()

    def begin(self, text: str, seconds: float = 0.0) -> None:
        """Say what is being done from now on.

        Args:
            text: What.
            seconds: How long it lasts, or 0 where nobody knows.
        """
        self._doing, self._since, self._mentioned = text, self.clock(), False
        self._until = self._since + seconds if seconds else 0.0
        self._draw()

    def end(self, mark: str = "", text: str = "") -> None:
        """Say how it ended, with a mark like ``✓``; "" says nothing."""
        self._doing = ""
        self.terminal.clear()
        if text:
            self.terminal.say(f"  {mark} {text}" if mark else f"  {text}")

    def sleep(self, seconds: float) -> None:
        """Wait, and keep the person posted meanwhile."""
        left = seconds
        while left > 0:
            self.pause(min(left, FRAME if self.terminal.lively else left))
            left -= FRAME if self.terminal.lively else left
            self._draw()

    def __call__(self, moment: Moment) -> None:
        """Tell a moment of a run; what the executor's `watch` wants."""
        paint, text = self._paint, moment.text
        match moment.kind:
            case "plan" | "resume" | "settled":
                self.line(text)
            case "start" | "undo":
                self.begin(text)
            case "done":
                self.end(paint("✓", "green"), text)
            case "undone":
                self.end(paint("↶", "yellow"), f"{text} (taken back)")
            case "wait":
                self.begin(f"waiting for AWS to spread the change: {text}", moment.seconds)
                self._mention()
            case "bake":
                self.begin(f"watching: {text}", moment.seconds)
                self._mention()
            case "verdict":
                mark, colour = _VERDICTS.get(text.partition(":")[0], ("·", "dim"))
                self.end(paint(mark, colour), text)  # type: ignore[arg-type]  # the table holds colours only
            case _:
                self.end()

    def _mention(self) -> None:
        if self.terminal.lively or self._mentioned or not self._doing:
            return
        self._mentioned = True
        left = f" ({duration(self._until - self.clock())})" if self._until else ""
        self.terminal.say(f"  … {self._doing}{left}")

    def _draw(self) -> None:
        if not self._doing:
            return
        now = self.clock()
        if not self.terminal.lively:
            if now - self._since >= PATIENCE:
                self._mention()
            return
        self._frame += 1
        paint = self._paint
        times = f"{duration(max(0.0, self._until - now))} left" if self._until else duration(now - self._since)
        room = paint.width - visible(times) - 7
        doing = self._doing if len(self._doing) <= room else self._doing[: max(room - 1, 1)] + "…"
        spinner = paint(FRAMES[self._frame % len(FRAMES)], "cyan")
        self.terminal.draw(f"  {spinner} {doing}  {paint(times, 'dim')}")
