"""A bake on a real terminal: keys act, Ctrl-Z stops it as any program, and the terminal is as it was afterwards."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.render.keys import Keys
from lambda_migrate.render.terminal import Terminal
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
SHOWN = "\x1b[?25h"
"""What shows the cursor again."""


@dataclass
class Screen:
    """A program on a terminal of its own, what it has written there, and the shell that it was started by."""

    folder: Path
    written: str = ""
    told: str = ""
    _ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.master, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
        self.before = termios.tcgetattr(terminal)
        wake, self.go_on = os.pipe()
        self.shell = subprocess.Popen(
            [sys.executable, "-c", f"import os; os.dup2({wake}, 3); {STARTED}", str(self.folder / "ledger.yaml")],
            cwd=ROOT,
            env={name: each for name, each in os.environ.items() if name != "CI"} | {"TERM": "xterm", "NO_COLOR": "1"},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
            pass_fds=[wake],
            start_new_session=True,
        )
        assert self.shell.stdout
        os.set_blocking(self.master, False)  # its own signature
        os.set_blocking(self.shell.stdout.fileno(), False)  # likewise
        self._ends = [self.master, terminal, wake, self.go_on]

    def close(self) -> None:
        self.shell.kill()
        self.shell.wait()
        for end in self._ends:
            os.close(end)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until something is written on the terminal, after what was waited for before."""

        def seen() -> bool:
            self.written += _read(self.master)
            return text in self.written

        eventually(seen)
        self.written = self.written.partition(text)[2]

    def says(self, pattern: str) -> str:
        """Wait until the shell says something, and return the first group of it."""
        assert self.shell.stdout
        source = self.shell.stdout.fileno()

        def said() -> str:
            self.told += _read(source)
            found = re.search(pattern, self.told)
            return found[1] if found else ""

        answer = eventually(said)
        self.told = ""
        return answer

    @property
    def by_key(self) -> bool:
        """Whether keys come without Enter, and are not shown."""
        return not termios.tcgetattr(self.master)[3] & (termios.ICANON | termios.ECHO)

    @property
    def as_before(self) -> bool:
        return termios.tcgetattr(self.master) == self.before

    def acts(self) -> list[str]:
        """Return what the ledger keeps of the keys."""
        notes = (record.note or {} for record in Ledger.read(self.folder / "ledger.yaml").records)
        return [str(note["act"]) for note in notes if note.get("kind") == "bake"]


STARTED = "from tests.render.bake_on_a_terminal import main; main()"


def _read(source: int) -> str:
    try:
        return os.read(source, 1 << 16).decode()
    except (BlockingIOError, OSError):
        return ""


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path)
    yield made
    made.close()


def test_keys_act_ctrl_z_stops_it_and_the_terminal_is_as_it_was(screen: Screen) -> None:
    screen.shows("p pause  e extend 20 min  n next  a abort")
    assert screen.by_key

    screen.press("p")
    screen.shows("p go on")
    screen.press("\x1a")
    assert screen.says(r"(stopped)")
    assert screen.as_before
    screen.shows(SHOWN)

    os.write(screen.go_on, b"\n")
    screen.shows("p go on")
    eventually(lambda: screen.by_key)
    screen.press("p\x1b[Ax")
    screen.shows("p pause")
    screen.press("a")
    screen.shows("press a again to abort")
    screen.press("a")

    assert screen.says(r"ended (\d+)") == "3"
    assert (screen.as_before, screen.acts()) == (True, ["paused", "resumed", "aborted"])


def test_a_signal_leaves_the_terminal_as_it_was(screen: Screen) -> None:
    program = int(screen.says(r"(\d+)\n"))
    screen.shows("p pause")
    assert screen.by_key

    os.kill(program, signal.SIGTERM)

    assert screen.says(r"ended (\d+)") == "3"
    assert (screen.as_before, screen.acts()) == (True, [])


def test_without_a_terminal_no_key_is_taken(tmp_path: Path) -> None:
    for into in (os.devnull, str(tmp_path / "typed")):
        (tmp_path / "typed").write_text("aaaa", encoding="utf-8")
        with Path(into).open(encoding="utf-8") as typed, Path(os.devnull).open("w", encoding="utf-8") as shown:
            keys = Keys(Terminal(shown, shown, typed, {"TERM": "xterm"}))
            keys.begin()

            assert (keys.possible, keys(), keys()) == (False, None, None)
            keys.end()
