"""Starts commands from a process that has the program loaded already: each is a process of its own, without the wait.

A new interpreter takes a second of a processor until it has loaded what a command needs; the demo types two dozen.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MODULE = "lambda_migrate.cli.loaded"
"""What is run; by its name, as the command line is above us."""


class Forked:
    """A command under way, as far as :class:`subprocess.Popen` is used of one.

    Args:
        pid: Its process id; it leads a session of its own.
        stdout: What it prints.
        ended: Where it tells its exit code.
    """

    def __init__(self, pid: int, stdout: IO[str], ended: int) -> None:
        self.pid = pid
        self.stdout: IO[str] | None = stdout
        self.returncode: int | None = None
        self._ended = ended

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, and return its exit code; -9 where it was killed.

        Raises:
            subprocess.TimeoutExpired: It has not, after so many seconds.
        """
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("lambda-migrate", timeout or 0)
            told = os.read(self._ended, 16)
            os.close(self._ended)
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)


class Loaded:
    """The process that has the program loaded.

    Args:
        orders: Where it takes them.
    """

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._turn = threading.Lock()

    def start(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Forked:
        """Start a command.

        Args:
            words: What follows ``lambda-migrate``.
            folder: Where it is typed.
            environment: All that it sees.

        Raises:
            MigrateError: The program could not be loaded.
        """
        order = {"words": list(words), "folder": str(folder), "environment": dict(environment)}
        reading, printed = os.pipe()
        told, ended = os.pipe()
        try:
            with self._turn:
                socket.send_fds(self._orders, [b"+"], [printed, ended])
                self._orders.sendall(json.dumps(order).encode() + b"\n")
                pid = self._orders.recv(64)
        finally:
            os.close(printed)
            os.close(ended)
        if not pid:
            raise MigrateError("the program could not be loaded", hint="`lambda-migrate --version` shows why")
        return Forked(int(pid), os.fdopen(reading, encoding="utf-8", errors="replace"), told)


@contextmanager
def loaded(environment: Mapping[str, str]) -> Iterator[Loaded]:
    """Load the program for as long as the block lasts; it loads while others do something else.

    Args:
        environment: What it sees while it loads.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", MODULE, str(theirs.fileno())],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # a Ctrl-C reaches the commands once, through us
        )
        theirs.close()
        try:
            yield Loaded(ours)
        finally:
            ours.close()  # it reads the end, and ends
            process.wait()
