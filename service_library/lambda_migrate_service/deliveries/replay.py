"""Remembers what has been delivered, so that nothing captured on the way can be delivered again.

Where `LAMBDA_MIGRATE_REPLAY_TABLE` names a DynamoDB table, all hosts share one memory (`replay_table`). Without one,
each host has its own: an id is an empty file that only one process can create (`O_EXCL`), so that all workers of the
host share it without talking to each other. The files lie in folders named by the minute of the message's own signed
time; a folder whose time has left the window is removed, since its messages are too old to be accepted anyhow.
"""

from __future__ import annotations

import asyncio
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
from typing import Protocol

from ..environment import Environment, SettingsError
from .replay_table import ReplayTable

BUCKET = 60

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


async def _asked(replays: ReplayStore, ask: Callable[[], bool]) -> bool:
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
        found = directory.lstat()
    except OSError as error:
        raise SettingsError([f"there is no temporary folder to write to ({error.strerror}): set TMPDIR"]) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SettingsError([f"`{directory}` is not this user's own: remove it, or set TMPDIR"])
    return directory
