"""A bake on a real terminal: keys act, Ctrl-Z stops it as any program, and the terminal is as it was afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.render.keys import Keys
from lambda_migrate.render.terminal import Terminal
from tests.support.pseudo_terminal import PseudoTerminal, environment, read
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
SHOWN = "\x1b[?25h"
"""What shows the cursor again."""


class Screen(PseudoTerminal):
    """A program on a terminal of its own, and the shell that it was started by."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._ledger = folder / "ledger.yaml"
        self._wake, self._go_on = os.pipe()
        self._told = ""
        self._shell = subprocess.Popen(
            [sys.executable, "-c", f"import os; os.dup2({self._wake}, 3); {STARTED}", str(self._ledger)],
            cwd=ROOT,
            env=environment(),
            stdin=self.end,
            stdout=subprocess.PIPE,
            stderr=self.end,
            pass_fds=[self._wake],
            start_new_session=True,
        )
        assert self._shell.stdout
        self._says = self._shell.stdout
        os.set_blocking(self._says.fileno(), False)

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait()
        self._says.close()
        for end in (self._wake, self._go_on):
            os.close(end)
        super().close()

    def go_on(self) -> None:
        """Have the shell bring the program back to the foreground."""
        os.write(self._go_on, b"\n")

    def says(self, pattern: str) -> str:
        """Wait until the shell says something, and return the first group of it."""

        def said() -> str:
            self._told += read(self._says.fileno())
            match = re.search(pattern, self._told)
            return match[1] if match else ""

        answer = eventually(said)
        self._told = ""
        return answer

    def acts(self) -> list[str]:
        """Return what the ledger keeps of the keys."""
        notes = (record.note or {} for record in Ledger.read(self._ledger).records)
        return [str(note["act"]) for note in notes if note.get("kind") == "bake"]


STARTED = "from tests.render.bake_on_a_terminal import main; main()"


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

    screen.go_on()
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
