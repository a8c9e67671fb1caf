"""Single keys that a person presses while a bake is watched; the terminal is as it was before, however that ends.

Keys come without Enter in the terminal's cbreak mode, in which Ctrl-C and Ctrl-Z work as always (termios(3)). It is
left on Ctrl-Z, at the end and on every error; in the background nothing is read, which would stop the process.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import threading
import time
import tty
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.render.terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.engine.bake import Ask
    from lambda_migrate.render.terminal import Terminal

KEYS: dict[str, Ask] = {"p": "pause", "e": "extend", "n": "next", "a": "abort"}
TWICE = 10.0
"""Seconds within which `abort` has to be pressed again: a key that is hit by chance moves no traffic."""


@dataclass
class Keys:
    """The keys of one terminal.

    Args:
        terminal: Where they are pressed.
        clock: Seconds, from any start.
    """

    terminal: Terminal
    clock: Callable[[], float] = time.monotonic
    _wanted: bool = False
    _before: list[Any] | None = None
    _pressed: deque[str] = field(default_factory=deque)
    _abort_until: float = 0.0
    _handlers: dict[int, Any] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Whether somebody can press any: a terminal on which lines may be redrawn."""
        return self.terminal.lively and is_terminal(self.terminal.into) and self._descriptor() is not None

    def begin(self) -> None:
        """Take keys from now on; what was typed before is dropped."""
        if not self.possible:
            return
        self._wanted = True
        if threading.current_thread() is threading.main_thread() and not self._handlers:
            self._handlers = {
                signal.SIGTSTP: signal.signal(signal.SIGTSTP, self._suspended),
                signal.SIGCONT: signal.signal(signal.SIGCONT, self._continued),
            }
        self._take()

    def end(self) -> None:
        """Leave the terminal as it was."""
        self._wanted = False
        self._give_back()
        self._pressed.clear()
        self._abort_until = 0.0
        handlers, self._handlers = self._handlers, {}
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def __call__(self) -> Ask | None:
        """Return what was asked for since the last time, or None."""
        self._read()
        while self._pressed:
            ask = KEYS.get(self._pressed.popleft())
            if ask == "abort" and self.clock() > self._abort_until:
                self._abort_until = self.clock() + TWICE
                self.terminal.say("    press a again to abort: all traffic goes back at once", always=True)
            elif ask:
                self._abort_until = 0.0
                return ask
        return None

    def _read(self) -> None:
        descriptor = self._descriptor()
        if self._before is None or descriptor is None or not _in_front(descriptor):
            return
        with contextlib.suppress(OSError, ValueError):
            while select.select([descriptor], [], [], 0)[0]:
                typed = os.read(descriptor, 64)
                if not typed:
                    self._wanted = False  # the terminal is gone
                    return
                if not typed.startswith(b"\x1b"):  # an arrow, or a key with Alt
                    self._pressed.extend(typed.decode("ascii", "ignore"))

    def _descriptor(self) -> int | None:
        try:
            return self.terminal.into.fileno()
        except (OSError, ValueError, AttributeError):
            return None

    def _take(self) -> None:
        descriptor = self._descriptor()
        if not self._wanted or self._before is not None or descriptor is None or not _in_front(descriptor):
            return
        with contextlib.suppress(OSError, termios.error):
            before = termios.tcgetattr(descriptor)
            tty.setcbreak(descriptor)
            self._before = before

    def _give_back(self) -> None:
        descriptor, before, self._before = self._descriptor(), self._before, None
        if descriptor is not None and before is not None and _in_front(descriptor):
            with contextlib.suppress(OSError, termios.error):
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    def _suspended(self, number: int, _frame: object) -> None:
        """Be stopped by Ctrl-Z as any program, with the terminal as it was."""
        self.terminal.clear_at_once()
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._suspended)

    def _continued(self, _number: int, _frame: object) -> None:
        """Take keys again: the shell has set the terminal as it likes meanwhile."""
        self._before = None
        self._take()


def _in_front(descriptor: int) -> bool:
    """Return whether this process may read and set the terminal; in the background either would stop it."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return True  # a terminal that controls nobody
