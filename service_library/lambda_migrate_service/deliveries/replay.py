"""Remembers what has been delivered, so that nothing captured on the way can be delivered again.

Where `LAMBDA_MIGRATE_REPLAY_TABLE` names a DynamoDB table, all hosts share one memory (`replay_table`). Without one,
each host has its own: an id is an empty file that only one process can create (`O_EXCL`), so that all workers of the
host share it without talking to each other. The files lie in folders named by the minute of the message's own signed
time; a folder whose time has left the window is removed, since its messages are too old to be accepted anyhow. Hosts
(the tasks of a service, too) that share no table know nothing of each other: one may run what another has run.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from ..environment import Environment, SettingsError
from .replay_table import ReplayTable

BUCKET = 60

Begun = Literal["begun", "running", "done"]
"""Whether a message is ours to handle, is being handled (or nobody can tell), or has been."""

Told = TypeVar("Told")

log = logging.getLogger(__name__)


class ReplayStore(Protocol):
    """A memory of what has come.

    Attributes:
        remote: Whether it is asked over the network, so that the event loop must not wait for it.
    """

    remote: bool

    def is_fresh(self, sent: float) -> bool:
        """Tell whether a message of that time (epoch seconds) may still be accepted."""

    def has(self, identifier: str, sent: float) -> bool:
        """Tell whether the message has been claimed."""

    def claim(self, identifier: str, sent: float) -> bool:
        """Take the message for oneself; False if somebody has it already, or if that cannot be told."""

    def begin(self, identifier: str, sent: float, seconds: float) -> Begun:
        """Begin to handle the message, so that nobody else does until `end`.

        Args:
            identifier: Of the message.
            sent: Its time, in epoch seconds.
            seconds: After so long it is taken for given up, where nobody can see that its host has died.
        """

    def end(self, identifier: str, sent: float, *, done: bool) -> None:
        """End what was begun: remember the message as handled, or let it come again."""


def store(environment: Environment, kind: str, directory: Path, window: float) -> ReplayStore:
    """Return the memory that the environment asks for.

    Args:
        environment: May have `LAMBDA_MIGRATE_REPLAY_TABLE`, the name of a DynamoDB table.
        kind: What is remembered there, so that one table can serve several services.
        directory: Where it is remembered without a table; a folder of this service's user alone.
        window: How old, or how far ahead of time, a message may be, in seconds.
    """
    table = environment.text("LAMBDA_MIGRATE_REPLAY_TABLE")
    return ReplayTable(table, kind, window) if table else Replays(directory, window)


async def claim(replays: ReplayStore, identifier: str, sent: float) -> bool:
    """Take a message for oneself, in a thread where that takes the network."""
    return await _asked(replays, partial(replays.claim, identifier, sent))


async def has(replays: ReplayStore, identifier: str, sent: float) -> bool:
    """Tell whether a message has been claimed, in a thread where that takes the network."""
    return await _asked(replays, partial(replays.has, identifier, sent))


async def begin(replays: ReplayStore, identifier: str, sent: float, seconds: float) -> Begun:
    """Begin to handle a message, in a thread where that takes the network."""
    return await _asked(replays, partial(replays.begin, identifier, sent, seconds))


async def end(replays: ReplayStore, identifier: str, sent: float, *, done: bool) -> None:
    """End what was begun, in a thread where that takes the network."""
    await _asked(replays, partial(replays.end, identifier, sent, done=done))


async def _asked(replays: ReplayStore, ask: Callable[[], Told]) -> Told:
    return await asyncio.get_running_loop().run_in_executor(None, ask) if replays.remote else ask()


class Replays:
    """The ids of one kind of message, as files of this host.

    Args:
        directory: A folder of this service's user alone.
        window: How old, or how far ahead of time, a message may be, in seconds.
        clock: Epoch seconds.
        aside: Runs a call that nobody waits for; by default in a thread, since there may be many thousand files.
    """

    remote = False

    def __init__(
        self,
        directory: Path,
        window: float,
        clock: Callable[[], float] = time.time,
        *,
        aside: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._directory = directory
        self._window = window
        self._clock = clock
        self._aside = aside or _in_a_thread
        self._tidied = 0.0
        self._running: dict[Path, int] = {}

    def is_fresh(self, sent: float) -> bool:
        """Tell whether a message of that time (epoch seconds) may still be accepted."""
        return abs(self._clock() - sent) <= self._window

    def has(self, identifier: str, sent: float) -> bool:
        """Tell whether the message has been claimed."""
        return self._file(identifier, sent).exists()

    def claim(self, identifier: str, sent: float) -> bool:
        """Take the message for oneself.

        Returns:
            False if somebody has it already, or if that cannot be told.
        """
        file = self._file(identifier, sent)
        if self._clock() - self._tidied >= BUCKET:
            self._tidied = self._clock()
            self._aside(self._tidy)
        try:
            try:
                _create(file)
            except FileNotFoundError:  # the first one of this minute
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _create(file)
        except FileExistsError:
            return False
        except OSError:
            log.exception("deliveries cannot be remembered, so they are refused")
            return False
        return True

    def begin(self, identifier: str, sent: float, seconds: float) -> Begun:  # noqa: ARG002  # a lock ends with its process
        """Begin to handle the message: its lock is held until `end`, or until this process has died."""
        file = self._file(f"{identifier}-running", sent)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError:
            log.exception("deliveries cannot be remembered, so they are refused")
            return "running"
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return "running"
        if self.has(identifier, sent):  # looked at under the lock: whoever had it has remembered what came of it
            os.close(lock)
            return "done"
        self._running[file] = lock
        return "begun"

    def end(self, identifier: str, sent: float, *, done: bool) -> None:
        """End what was begun; the file of the lock stays until its folder is removed, so that it is one for all."""
        if done:
            self.claim(identifier, sent)
        lock = self._running.pop(self._file(f"{identifier}-running", sent), None)
        if lock is not None:
            os.close(lock)

    def _file(self, identifier: str, sent: float) -> Path:
        return self._directory / str(int(sent // BUCKET)) / re.sub(r"[^A-Za-z0-9-]", "_", identifier)

    def _tidy(self) -> None:
        oldest = self._clock() - self._window
        for folder in self._directory.iterdir() if self._directory.is_dir() else ():
            if folder.name.isdigit() and (int(folder.name) + 1) * BUCKET < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _create(file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _in_a_thread(call: Callable[[], None]) -> None:
    threading.Thread(target=call, name="tidy", daemon=True).start()


def private_directory(name: str) -> Path:
    """Return a folder below the temporary one that nobody else can read or write.

    Raises:
        SettingsError: Somebody else has made it first, or there is no temporary folder.
    """
    try:
        directory = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"
        directory.mkdir(mode=0o700, exist_ok=True)
        status = directory.lstat()
    except OSError as error:
        raise SettingsError([f"no temporary folder can be written to ({error.strerror}): set TMPDIR"]) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise SettingsError([f"`{directory}` is not this user's own: remove it, or set TMPDIR"])
    return directory
