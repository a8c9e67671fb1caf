"""The program as a process that can be killed with everything it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.screen import Answer
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.forked import Forked, Loaded


@dataclass
class Program:
    """The program, in a folder: forked from a process that has it loaded, or started from nothing.

    Attributes:
        folder: Where commands are typed.
        environment: Of the commands.
        loaded: The process that has it loaded.
    """

    folder: Path
    environment: dict[str, str]
    loaded: Loaded
    _started: threading.Event = field(default_factory=threading.Event)
    _process: Forked | subprocess.Popen[str] | None = None
    _over: bool = True

    def start(self, *arguments: str, cold: bool = False) -> None:
        """Start a command; `cold` for a new interpreter, as a user starts it."""
        self._over = False
        with self._screen("out").open("w") as out, self._screen("err").open("w") as err:
            if cold:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "lambda_migrate", *arguments],
                    cwd=self.folder,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            else:
                where = {"folder": self.folder, "environment": self.environment}
                self._process = self.loaded.start(*arguments, **where, stdout=out, stderr=err, group=True)
        self._started.set()

    def kill(self) -> None:
        """Kill the process, and all of its group, at once; a call of one that has ended may be under way still."""
        if self._over:
            return
        assert self._started.wait(TIMEOUT)
        assert self._process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self) -> Answer:
        """Wait until the command has ended."""
        assert self._process
        code = self._process.wait(2 * TIMEOUT)
        self._over = True
        self._started.clear()
        return Answer(code, self._screen("out").read_text(), self._screen("err").read_text())

    def _screen(self, which: str) -> Path:
        return self.folder.parent / f"{self.folder.name}.{which}"
