"""The program as a process that can be killed with everything it has started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.support.screen import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Program:
    """The program, in a folder: forked from a process that has it loaded, or started from nothing.

    Attributes:
        folder: Where commands are typed.
        environment: Of the commands.
        loaded: The process that has it loaded; see :mod:`tests.chaos.warm`.
    """

    folder: Path
    environment: dict[str, str]
    loaded: subprocess.Popen[str]
    pid: int = 0
    _started: threading.Event = field(default_factory=threading.Event)
    _cold: subprocess.Popen[str] | None = None

    def start(self, *arguments: str, cold: bool = False) -> None:
        """Start a command; `cold` for a new interpreter, as a user starts it."""
        if cold:
            with self._screen("out").open("w") as out, self._screen("err").open("w") as err:
                self._cold = subprocess.Popen(
                    [sys.executable, "-m", "lambda_migrate", *arguments],
                    cwd=self.folder,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            self.pid = self._cold.pid
        else:
            paths = {"out": str(self._screen("out")), "err": str(self._screen("err"))}
            order = {"arguments": arguments, "folder": str(self.folder), "environment": self.environment, **paths}
            _pipe(self.loaded.stdin).write(json.dumps(order) + "\n")
            _pipe(self.loaded.stdin).flush()
            self.pid = int(_pipe(self.loaded.stdout).readline())
        self._started.set()

    def kill(self) -> None:
        """Kill the process, and all of its group, at once."""
        assert self._started.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def wait(self) -> Answer:
        """Wait until the command has ended."""
        if self._cold:
            code, self._cold = self._cold.wait(120), None
        else:
            code = int(_pipe(self.loaded.stdout).readline())
        self._started.clear()
        return Answer(code, self._screen("out").read_text(), self._screen("err").read_text())

    def _screen(self, which: str) -> Path:
        return self.folder.parent / f"{self.folder.name}.{which}"


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@contextmanager
def loaded() -> Iterator[subprocess.Popen[str]]:
    """Load the program once, for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.warm"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            _pipe(process.stdin).close()
            process.wait(60)
