"""Processes that outlive us, and the note by which the next call finds them.

Such a process holds a lock on a file for as long as it lives. It writes its note itself, before it becomes what was
asked for: whoever started it may be killed at any moment, and it is still found. The note says when the process was
born, so that a later one that got the same number is never taken for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.errors import Locked, MigrateError
from lambda_migrate.regular_file import make_private_folder, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WRITES_ITS_NOTE = (
    'note=$1 facts=$2; shift 2; born() { set -- ${1##*) }; printf %s "${20}"; };'
    ' { read -r stat < "/proc/$$/stat"; } 2> /dev/null;'
    ' printf \'{"pid": %s, "born": "%s", "facts": %s}\' "$$" "$(born "$stat")" "$facts" > "$note" || exit 70;'
    ' exec "$@"'
)
"""What the process does first, as a shell: field 22 of /proc/PID/stat is the ticks from boot to its birth (proc(5))."""

_STARTS = 2.0
"""Seconds that a process may take from its start to its note."""

_LOOK = 0.02


class Noted(NamedTuple):
    """A process that was started.

    Attributes:
        pid: Its number; it leads a group of its own.
        born: When, in ticks since the machine booted; "" where the system does not tell.
        facts: What whoever started it wanted to be known.
    """

    pid: int
    born: str
    facts: dict[str, Any]

    @property
    def alive(self) -> bool:
        """Whether the process with that number is this one."""
        return _exists(self.pid) and self.born == _born(self.pid)

    @property
    def group_is_its_own(self) -> bool:
        """Whether the group of that number is this one's: no process gets the number of a group that still exists."""
        return self.alive or not _exists(self.pid)


class Place(NamedTuple):
    """Where a process that outlives us is noted.

    Attributes:
        folder: Only its owner can read what is in it.
        name: Of its files: ``service.json`` is the note, ``service.lock`` the lock, ``service.log`` what it prints.
    """

    folder: Path
    name: str

    @property
    def note(self) -> Path:
        """The note."""
        return self.folder / f"{self.name}.json"

    @property
    def lock(self) -> Path:
        """The file that it holds locked."""
        return self.folder / f"{self.name}.lock"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / f"{self.name}.log"

    @contextlib.contextmanager
    def locked(self, what: str, hint: str) -> Iterator[int]:
        """Hold the lock, in order to start a process.

        Args:
            what: Runs already, as a message says it.
            hint: What to do then.

        Raises:
            Locked: One runs.
            MigrateError: The folder cannot be written.
        """
        try:
            make_private_folder(self.folder)
            handle = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise MigrateError(
                f"`{self.folder}` cannot be written: {str(error.strerror).lower()}",
                hint="let your user write it, or work in another folder",
            ) from error
        try:
            if not _try_lock(handle):
                raise Locked(what, hint=hint)
            yield handle
        finally:
            os.close(handle)

    def start(
        self,
        lock: int,
        command: Sequence[str],
        *,
        facts: dict[str, Any],
        folder: Path,
        environment: Mapping[str, str],
        handed_down: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; it notes itself.

        Args:
            lock: As :meth:`locked` gives it.
            command: What is run.
            facts: What its note says besides.
            folder: Where it works.
            environment: All of its environment.
            handed_down: Open files that it inherits, besides the lock.
        """
        self.note.unlink(missing_ok=True)  # of an earlier one
        os.close(os.open(self.note, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with open_regular(self.log, "ab", private=True) as log:
            return subprocess.Popen(  # noqa: S603  # the command of the user's own Procfile, or our own module
                ["/bin/sh", "-c", _WRITES_ITS_NOTE, "sh", str(self.note.absolute()), json.dumps(facts), *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock, *handed_down],
                start_new_session=True,
            )

    def noted(self, *, seconds: float = _STARTS) -> Noted | None:
        """Return the process that runs; None where none does.

        Args:
            seconds: How long its note is waited for: it may be starting right now.

        Raises:
            MigrateError: Something holds the lock, and nobody knows what.
        """
        deadline = time.monotonic() + seconds
        while self._is_held():
            note = self._read()
            if note and note.group_is_its_own:
                return note
            if time.monotonic() >= deadline:
                return self._holder()
            time.sleep(_LOOK)
        return None

    def _is_held(self) -> bool:
        try:
            with open_regular(self.lock, "r+b") as file:
                return not _try_lock(file.fileno())
        except FileNotFoundError:
            return False

    def _read(self) -> Noted | None:
        with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
            note = Noted(**json.loads(self.note.read_text(encoding="utf-8")))
            if isinstance(note.pid, int) and note.pid > 1 and isinstance(note.facts, dict):
                return note
        return None

    def _holder(self) -> Noted | None:
        """Return the process that holds the lock without a note that is its own, found by its open files.

        Raises:
            MigrateError: It cannot be found: the system has no /proc, or it is somebody else's.
        """
        holders = [pid for pid in _processes() if self._is_open_in(pid)]
        leaders = [pid for pid in holders if os.getpgid(pid) == pid]
        if leaders:
            return Noted(leaders[0], _born(leaders[0]), {})
        if not self._is_held():
            return None
        raise MigrateError(
            f"something that was started in `{self.folder}` still runs, and nobody noted what",
            hint=f"find it by `{self.lock}`, which it holds open (`lsof` shows its number), and end it by hand",
        )

    def _is_open_in(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            lock = self.lock.stat()
            return any(
                os.path.samestat(lock, each.stat()) for each in Path(f"/proc/{pid}/fd").iterdir() if _is_file(each)
            )
        return False

    def end(self, process: Noted, *, grace: float, timeout: float) -> bool:
        """End a process: SIGTERM, and SIGKILL to its whole group after a while; return whether it has ended.

        Args:
            process: The process.
            grace: Seconds that it has to end by itself; 0 kills it at once.
            timeout: Seconds that it may take to be gone after SIGKILL.
        """
        if grace and process.alive:
            _signal(os.kill, process.pid, signal.SIGTERM)
        if not (grace and self._gone(process, grace)):
            if process.group_is_its_own:
                _signal(os.killpg, process.pid, signal.SIGKILL)
            if not self._gone(process, timeout):
                return False
        if process.group_is_its_own:
            _signal(os.killpg, process.pid, signal.SIGKILL)  # what it left behind in its group
        return True

    def _gone(self, process: Noted, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                os.waitpid(process.pid, os.WNOHANG)  # where it is our own child, it stays a zombie otherwise
            if not self._is_held():
                return True
            time.sleep(_LOOK)
        return False


def _signal(send: Any, number: int, which: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        send(number, which)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _born(pid: int) -> str:
    """Return when a process was born, in ticks since boot; "" where the system does not tell."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()[19]
    return ""


def _processes() -> list[int]:
    with contextlib.suppress(OSError):
        return sorted(int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())
    return []


def _is_file(link: Path) -> bool:
    """Return whether an open file of a process is one that can be looked at: it may be closed meanwhile."""
    with contextlib.suppress(OSError):
        return link.is_file()
    return False


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
