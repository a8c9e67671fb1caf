"""One writer at a time: a lock file that says who holds it, where, for which command and since when."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.errors import Locked

if TYPE_CHECKING:
    from pathlib import Path


class Holder(NamedTuple):
    """Who holds a lock: user name, host, process id, command line (without options' values) and ISO time (UTC)."""

    who: str
    host: str
    pid: int
    command: str
    since: str

    @classmethod
    def this_process(cls, command: str) -> Holder:
        """Return this process as a holder."""
        import getpass  # noqa: PLC0415  # `status` only looks whether there is a lock, and has to be quick

        try:
            who = getpass.getuser()
        except (KeyError, OSError):
            who = str(os.getuid())
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(who, os.uname().nodename, os.getpid(), command, since)

    @property
    def gone(self) -> bool:
        """Whether it ran on this host and no longer does."""
        if self.host != os.uname().nodename or self.pid == os.getpid():
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except PermissionError:
            return False
        return False

    @property
    def advice(self) -> str:
        """What to do about it, one line."""
        if self.gone:
            return "that process is gone; the next run takes over"
        return "if it is gone for good, `lambda-migrate unlock` evicts it"

    def __str__(self) -> str:
        return f"{self.who} on {self.host} (process {self.pid}), `{self.command}`, since {self.since}"


@dataclass(frozen=True)
class Lock:
    """The lock at `path`."""

    path: Path

    def holder(self) -> Holder | None:
        """Return who holds it, or None where nobody does."""
        try:
            return _parse(self.path.read_bytes())
        except FileNotFoundError:
            return None

    def acquire(self, command: str) -> Holder | None:
        """Take the lock; return the holder that died without releasing it, if there was one.

        Raises:
            Locked: Somebody else holds it.
        """
        import json  # noqa: PLC0415  # as above

        mine = Holder.this_process(command)
        content = json.dumps(mine._asdict()).encode()
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            return self._take_over(content)
        try:
            with os.fdopen(handle, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(content)
        except OSError:
            self.path.unlink()  # an empty lock would be nobody's, and held for ever
            raise
        return None

    def _take_over(self, content: bytes) -> Holder:
        try:
            with self.path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                held = _parse(file.read())
                still_there = self.path.exists() and os.fstat(file.fileno()).st_ino == self.path.stat().st_ino
                if held is None or not held.gone or not still_there:
                    raise self._refusal(held)
                file.seek(0)
                file.truncate()
                file.write(content)
                return held
        except FileNotFoundError:
            raise self._refusal(None) from None

    def _refusal(self, held: Holder | None) -> Locked:
        whom = str(held) if held else "a run that is starting or ending right now"
        return Locked(
            f"`{self.path.name}` is held by {whom}",
            hint="wait for it; if it is gone for good, `lambda-migrate unlock` evicts it",
        )

    @property
    def ours(self) -> bool:
        """Whether this process holds it; somebody may have evicted us."""
        held = self.holder()
        return held is not None and held.pid == os.getpid() and held.host == os.uname().nodename

    def release(self) -> None:
        """Let go of the lock if it is still ours."""
        if self.ours:
            self.path.unlink(missing_ok=True)

    def evict(self) -> Holder | None:
        """Remove the lock, whoever holds it; return whom it took it from."""
        held = self.holder()
        self.path.unlink(missing_ok=True)
        return held


def _parse(content: bytes) -> Holder | None:
    import json  # noqa: PLC0415  # as above

    with contextlib.suppress(ValueError, TypeError):
        found = Holder(**json.loads(content))
        if all(isinstance(value, int if name == "pid" else str) for name, value in found._asdict().items()):
            return found
    return None
