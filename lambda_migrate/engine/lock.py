"""One writer at a time: a lock file that says who holds it, where, for which command and since when."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from lambda_migrate.errors import Locked, MigrateError
from lambda_migrate.regular_file import open_regular, require_file

ATTEMPTS = 20
"""Times that a file may be taken away while we lock it; each is a run that ended at that moment."""

LONGEST = 65_536
"""Bytes that are read of a lock; what is longer is not one."""


class Holder(NamedTuple):
    """Who holds a lock: user name, host, process id, command line (without options' values) and ISO time (UTC).

    `boot` is the id of the boot of the machine, `space` the namespace that the process id is of; "" where the system
    does not tell. A host name alone is shared by containers, a process id alone by namespaces.
    """

    who: str
    host: str
    pid: int
    command: str
    since: str
    boot: str = ""
    space: str = ""

    @classmethod
    def this_process(cls, command: str) -> Holder:
        """Return this process as a holder."""
        import getpass  # noqa: PLC0415  # `status` only looks whether there is a lock, and has to be quick

        try:
            who = getpass.getuser()
        except (KeyError, OSError):
            who = str(os.getuid())
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(who, os.uname().nodename, os.getpid(), command, since, boot_id(), process_space())

    @property
    def gone(self) -> bool:
        """Whether its process is known to be gone: it ran in this boot and namespace, or before this host booted."""
        here = self.host == os.uname().nodename
        if self.boot and self.boot != boot_id():
            return here
        if not (here or self.boot) or (self.space and self.space != process_space()):
            return False
        if self.pid == os.getpid():
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return True
        except PermissionError:
            return False
        return False

    @property
    def near(self) -> bool:
        """Whether the lock of its operating system is ours too: nobody else can hold what we hold."""
        return self.host == os.uname().nodename or (bool(self.boot) and self.boot == boot_id())

    @property
    def advice(self) -> str:
        """What to do about it, one line."""
        if self.gone:
            return "that process is gone; the next run takes over"
        return "if it is gone for good, `lambda-migrate unlock` evicts it"

    def __str__(self) -> str:
        return f"{self.who} on {self.host} (process {self.pid}), `{self.command}`, since {self.since}"


def boot_id() -> str:
    """Return the id of this boot of the machine; "" where the system does not tell."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def process_space() -> str:
    """Return the namespace of this process's id, ``pid:[4026531836]``; "" where the system does not tell."""
    with contextlib.suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""


@dataclass
class Lock:
    """The lock at `path`: a file that says who holds it, and that the holder keeps locked for as long as it runs.

    The operating system lets go of that when the holder ends, however it ends; so whoever gets it knows that nobody on
    this machine has it. What a file from another machine says is believed.
    """

    path: Path
    _handle: int = -1

    def holder(self) -> Holder | None:
        """Return who holds it, or None where nobody does."""
        try:
            with open_regular(self.path) as file:
                return _parse(file.read(LONGEST))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MigrateError(
                f"`{self.path.name}` cannot be read: {str(error.strerror).lower()}",
                hint=f"it is the lock of the ledger beside it: check what `{self.path.absolute()}` is",
            ) from error

    def acquire(self, command: str) -> Holder | None:
        """Take the lock; return the holder that died without releasing it, if there was one that can be named.

        Raises:
            Locked: Somebody else holds it.
            OSError: The file cannot be opened, locked or written, or is not a file.
        """
        import json  # noqa: PLC0415  # as above

        content = json.dumps(Holder.this_process(command)._asdict()).encode()
        handle = self._locked()
        try:
            held = self._taken_over(handle)
            os.lseek(handle, 0, os.SEEK_SET)
            os.ftruncate(handle, 0)
            os.write(handle, content)
        except BaseException as error:
            if isinstance(error, OSError):
                self.path.unlink(missing_ok=True)  # what could not be written is nobody's
            os.close(handle)
            raise
        self._handle = handle
        return held

    def _taken_over(self, handle: int) -> Holder | None:
        """Return who left the file behind that is locked now."""
        held = _parse(os.read(handle, LONGEST))
        if held is not None and not held.near:
            raise self._refusal(held)
        return held

    def _locked(self) -> int:
        """Open the file, which may be made by that, and lock it.

        Raises:
            Locked: Somebody else has it locked, or takes it away at the same moment.
        """
        for _attempt in range(ATTEMPTS):
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            try:
                require_file(handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_at_path(handle):
                    return handle
            except BlockingIOError:
                held = self.holder()
                os.close(handle)
                raise self._refusal(held) from None
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)  # whoever had it let go of it, and took the file away
        raise self._refusal(None)

    def _is_at_path(self, handle: int) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(handle), self.path.stat())
        return False

    def _refusal(self, held: Holder | None) -> Locked:
        whom = str(held) if held else "a run that is starting or ending right now"
        return Locked(
            f"`{self.path.name}` is held by {whom}",
            hint="wait for it; if it is gone for good, `lambda-migrate unlock` evicts it",
        )

    @property
    def ours(self) -> bool:
        """Whether this lock is still held by us; somebody may have evicted us."""
        held = self.holder()
        mine = held is not None and held.pid == os.getpid() and held.host == os.uname().nodename
        return mine and self._handle >= 0 and self._is_at_path(self._handle)

    def release(self) -> None:
        """Let go of the lock; the file goes if it is still ours."""
        if self.ours:
            self.path.unlink(missing_ok=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    @property
    def alive(self) -> bool:
        """Whether a process of this machine holds it now, and so lives, whatever its id says."""
        try:
            with open_regular(self.path) as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def evict(self) -> Holder | None:
        """Remove the lock, whoever holds it; return whom it took it from."""
        held = self.holder()
        self.path.unlink(missing_ok=True)
        return held


def _parse(content: bytes) -> Holder | None:
    import json  # noqa: PLC0415  # as above

    with contextlib.suppress(ValueError, TypeError, RecursionError):
        holder = Holder(**json.loads(content))
        if all(isinstance(value, int if name == "pid" else str) for name, value in holder._asdict().items()):
            return holder
    return None
