"""A terminal without anybody in front of it: what a program shows there, and keys that are pressed."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

from tests.support.waiting import eventually


class PseudoTerminal:
    """A terminal of 80 columns.

    Attributes:
        end: The program's end, its standard input and error.
    """

    def __init__(self) -> None:
        self._ours, self.end = os.openpty()
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
        os.set_blocking(self._ours, False)
        self._before = termios.tcgetattr(self.end)
        self._written = ""

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until something is written on it, after what was waited for before."""

        def seen() -> bool:
            self._written += read(self._ours)
            return text in self._written

        eventually(seen)
        self._written = self._written.partition(text)[2]

    @property
    def by_key(self) -> bool:
        """Whether keys come without Enter, and are not shown."""
        return not termios.tcgetattr(self.end)[3] & (termios.ICANON | termios.ECHO)

    @property
    def as_before(self) -> bool:
        return termios.tcgetattr(self.end) == self._before

    def close(self) -> None:
        for end in (self._ours, self.end):
            os.close(end)


def environment() -> dict[str, str]:
    """Return the environment of a program on such a terminal: that of this process, but on a terminal."""
    kept = {name: each for name, each in os.environ.items() if name != "CI"}
    return {**kept, "TERM": "xterm", "NO_COLOR": "1"}


def read(source: int) -> str:
    """Return what there is to read of a descriptor that does not block."""
    try:
        return os.read(source, 1 << 16).decode()
    except (BlockingIOError, OSError):
        return ""
