"""The program as a process of its own, forked from one that has it loaded, which saves a new interpreter.

``Loaded`` starts what :mod:`tests.support.warm` describes; ``Loaded.start`` returns a process with the part of
:class:`subprocess.Popen` that tests use. What a test says of the start itself, of the locale or of closed streams, it
says of a new interpreter.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import pytest

from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REPOSITORY = Path(__file__).parents[2]


class Forked:
    """A command under way.

    Args:
        report: Where the process id is told, then how it has ended.
        stdout: What it prints, where that is read here.
        stderr: The same of its other stream.
    """

    def __init__(self, report: IO[bytes], stdout: IO[str] | None, stderr: IO[str] | None) -> None:
        self._report, self.stdout, self.stderr = report, stdout, stderr
        self.pid = int(report.readline())
        self.returncode: int | None = None
        self._ended = threading.Thread(target=self._wait, daemon=True)
        self._ended.start()

    def _wait(self) -> None:
        with self._report:
            self.returncode = os.waitstatus_to_exitcode(int(self._report.readline()))

    def poll(self) -> int | None:
        """Return how it has ended, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Wait until it has ended, and return its exit code, or the negative number of the signal."""
        self._ended.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("lambda-migrate", timeout)
        return self.returncode

    def communicate(self, timeout: float = TIMEOUT) -> tuple[str, str]:
        """Read what it prints to the end, wait until it has ended, and return both streams."""
        read: dict[str, str] = {}

        def take(name: str, stream: IO[str]) -> None:
            with stream:
                read[name] = stream.read()

        streams = {"out": self.stdout, "err": self.stderr}
        readers = [threading.Thread(target=take, args=each, daemon=True) for each in streams.items() if each[1]]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join(timeout)
        return read.get("out", ""), read.get("err", "")

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

    def start(
        self,
        *arguments: str,
        folder: Path,
        environment: Mapping[str, str],
        stdout: IO[str] | None = None,
        stderr: IO[str] | None = None,
        group: bool = False,
    ) -> Forked:
        """Start a command.

        Args:
            arguments: What follows ``lambda-migrate``.
            folder: Where it is typed.
            environment: All that it sees.
            stdout: Where it prints; where none is given, `Forked.communicate` returns it.
            stderr: The same of its other stream.
            group: Whether it leads a process group of its own.
        """
        order = {"arguments": arguments, "folder": str(folder), "environment": dict(environment), "group": group}
        reading, report = os.pipe()
        out, printed = _stream(stdout)
        err, told = _stream(stderr)
        nothing = os.open(os.devnull, os.O_RDONLY)
        given = [nothing, out, err, report]
        try:
            socket.send_fds(self._orders, [json.dumps(order).encode()], given)
        finally:
            for each in given:
                os.close(each)
        return Forked(os.fdopen(reading, "rb"), printed, told)

    @classmethod
    @contextmanager
    def loaded(cls) -> Iterator[Self]:
        """Load the program, for as long as the block lasts."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with closing(ours), closing(theirs):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm", str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                pass_fds=[theirs.fileno()],
            )
            theirs.close()
            try:
                yield cls(ours)
            finally:
                ours.close()
                process.wait(TIMEOUT)


def _stream(given: IO[str] | None) -> tuple[int, Any]:
    """Return what the command writes to, and what is read from here."""
    if given:
        return os.dup(given.fileno()), None
    reading, writing = os.pipe()
    return writing, os.fdopen(reading)


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """The process that has the program loaded; one for each worker."""
    with Loaded.loaded() as process:
        yield process
