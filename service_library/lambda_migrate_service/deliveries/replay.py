"""Remembers what has been delivered, so that nothing captured on the way can be delivered again.

Each id is an empty file that only one process can create (`O_EXCL`), so all workers of one host share one memory
without talking to each other. The files lie in folders named by the minute of the message's own signed time; a folder
whose time has left the window is removed, since its messages are too old to be accepted anyhow.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ..environment import SettingsError

BUCKET = 60

log = logging.getLogger(__name__)


class Replays:
    """The ids of one kind of message.

    Args:
        directory: A folder of this service's user alone.
        window: How old, or how far ahead of time, a message may be, in seconds.
        clock: Epoch seconds.
        aside: Runs a call that nobody waits for; by default in a thread, since there may be many thousand files.
    """

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
