"""Tells a story on the terminal: what is typed, and under it what comes of it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.sandbox.demo.loaded import Forked, Loaded

    Process = subprocess.Popen[str] | Forked

TIMEOUT = 15.0
"""Seconds that a command gets to stop by itself when the story is interrupted."""

INDENT = "  "
"""What stands before each line that a command prints."""

INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold interruptions back while a process is started: heard before we know of it, they would leave it running."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are heard by the main thread alone
        return
    heard: list[int] = []
    before = {number: signal.getsignal(number) for number in INTERRUPTIONS}
    ours = {number: handler for number, handler in before.items() if callable(handler)}  # nohup's stay ignored
    for number in ours:
        signal.signal(number, lambda got, _frame: heard.append(got))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for late in heard:
            signal.raise_signal(late)


@dataclass
class Narrator:
    """Types commands of lambda-migrate as a user would, each in a process of its own.

    Args:
        directory: The user's working directory.
        environment: What the user has exported.
        tell: Writes one line.
        emphasise: Sets text off from what is around it, where the terminal can.
        loaded: Starts the commands; None starts an interpreter for each.
    """

    directory: Path
    environment: Mapping[str, str]
    tell: Callable[[str], None]
    emphasise: Callable[[str], str] = field(default=lambda text: text)
    loaded: Loaded | None = None

    def heading(self, text: str) -> None:
        """Begin a chapter."""
        self.tell("")
        self.tell(self.emphasise(text))

    def remark(self, text: str) -> None:
        """Say what the reader should know."""
        self.tell(f"# {text}")

    def run(self, line: str, *, exit_code: int = 0, meanwhile: Callable[[], None] | None = None) -> None:
        """Type a command and show what it prints.

        Args:
            line: What follows ``lambda-migrate``.
            exit_code: How it is expected to end.
            meanwhile: Runs beside the command, in a thread.

        Raises:
            MigrateError: It ended otherwise.
        """
        self.tell("")
        self.tell(self.emphasise(f"$ lambda-migrate {line}"))
        beside = threading.Thread(target=meanwhile, daemon=True) if meanwhile else None
        with self._process(shlex.split(line)) as process:
            if beside:
                beside.start()
            for text in process.stdout or ():
                self.tell(f"{INDENT}{text.rstrip()}".rstrip())
            code = process.wait()
        if beside:
            beside.join(TIMEOUT)
        if code != exit_code:
            raise MigrateError(
                f"`lambda-migrate {line}` ended with exit code {code}, the story expects {exit_code}",
                hint="what it printed is above; `--debug` shows more",
            )

    @contextmanager
    def _process(self, words: list[str]) -> Iterator[Process]:
        started: list[Process] = []
        try:
            with uninterrupted():
                started.append(self._start(words))
            yield started[0]
        except BaseException:
            for process in started:
                _end(process)
            raise
        finally:
            for process in started:
                process.wait()

    def _start(self, words: list[str]) -> Process:
        environment = {**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"}
        if self.loaded:
            return self.loaded.start(words, self.directory, environment)
        return subprocess.Popen(  # noqa: S603  # our own program, and words of our own
            [sys.executable, "-m", "lambda_migrate", *words],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a Ctrl-C reaches it once, through us
        )

    def wait(self, seconds: float, why: str) -> None:
        """Let time pass, and say why."""
        self.remark(f"{why} ({seconds:.0f} s)")
        time.sleep(seconds)


def _end(process: Process) -> None:
    """Ask a command to stop, and end it where it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
