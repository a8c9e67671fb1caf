"""The ledger: what was intended and what came of it, as an append-only stream of YAML documents.

Each record ends in ``...``; a record that a crash cut short is thereby recognised and dropped. Each names the sha256 of
the record before, so that an edit shows. The first record pins schema, account, region and function.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from lambda_migrate.engine.lock import Lock
from lambda_migrate.engine.record import END, Document, Event, Record, broken, decode, encode, is_torn, split
from lambda_migrate.engine.tail import Tail
from lambda_migrate.errors import LedgerBroken, Locked, MigrateError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

SCHEMA = 1
DIGITS = 16
"""Characters of a hash that are kept outside of the ledger; they are compared, no attacker is held off by them."""

TAIL = 65_536


class Identity(NamedTuple):
    """Which function of which account and region a ledger is about; `function` is the unqualified ARN."""

    account: str
    region: str
    function: str


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Ledger:
    """The ledger at `path`. Make one with :meth:`read` or :meth:`open`."""

    path: Path
    by: str = ""
    clock: Callable[[], datetime] = field(default=_now)
    torn: int = 0
    _records: list[Record] | None = None
    _last: tuple[int, str] = (0, "")
    _lock: Lock | None = None

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """Return a ledger to look at; one that does not exist is empty.

        Raises:
            LedgerBroken: On first use of the records, if they cannot be trusted.
        """
        return cls(path)

    @classmethod
    def open(
        cls, path: Path, identity: Identity, *, command: str, by: str, clock: Callable[[], datetime] = _now
    ) -> Ledger:
        """Take the lock and return a ledger to append to, its torn tail dropped.

        Use it as a context manager, so that the lock is let go.

        Args:
            path: The file; made if it does not exist.
            identity: What the ledger is about; refused if it is about something else.
            command: What the lock says is running.
            by: What records say who did it: the caller's ARN.
            clock: Tells the time of each record.

        Raises:
            Locked: Another run holds it.
            LedgerBroken: It cannot be trusted.
            NotAllowed: It is about another account, region or function.
        """
        ledger = cls(path, by=by, clock=clock, _lock=lock_of(path))
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            evicted = ledger._lock.acquire(command) if ledger._lock else None
        try:
            with _writing(path):
                ledger._recover()
            if ledger._last[0] == 0:
                ledger.note("opened", schema=SCHEMA, **identity._asdict())
            ledger.check(identity)
            if evicted:
                ledger.note("lock-taken-over", of=str(evicted))
        except BaseException:
            ledger.close()
            raise
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock:
            self._lock.release()
            self._lock = None

    @property
    def records(self) -> list[Record]:
        """Every record, the chain checked.

        Raises:
            LedgerBroken: Edited, cut in the middle, or written by a newer version.
        """
        if self._records is None:
            self._records = list(self._checked())
        return self._records

    def _checked(self) -> Iterator[Record]:
        documents, rest = split(self._content())
        _check_rest(rest, documents, self.path.name)
        self.torn = len(rest)
        previous = ""
        for number, document in enumerate(documents, start=1):
            where = f"record {number} of `{self.path.name}`"
            record = decode(document, where)
            if number == 1:
                _check_schema(record, self.path.name)
            if record.seq != number or record.prev != previous:
                raise broken(where, "does not follow from the one before: the file was edited or cut")
            previous = hashlib.sha256(document).hexdigest()
            yield record

    def _content(self, size: int = -1) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise LedgerBroken(
                f"`{self.path.name}` cannot be read: {str(error.strerror).lower()}",
                hint="check what it is, and who may read it",
            ) from error

    @property
    def tail(self) -> Tail:
        """Its last record, as the lock between machines keeps it."""
        if self._last[0] == 0 and (documents := split(self._content())[0]):
            return Tail(len(documents), hashlib.sha256(documents[-1]).hexdigest()[:DIGITS])
        return Tail(self._last[0], self._last[1][:DIGITS])

    def holds(self, tail: Tail) -> bool:
        """Return whether a record of that number and hash is in it; for a tail of nothing it always is.

        All of it is read only where it is not the last one.
        """
        if tail in (Tail(), self.tail):
            return True
        documents, _rest = split(self._content())
        if tail.seq > len(documents):
            return False
        return hashlib.sha256(documents[tail.seq - 1]).hexdigest()[:DIGITS] == tail.digest

    @property
    def identity(self) -> Identity | None:
        """What the ledger is about, or None while it is empty."""
        first = self._first()
        if first is None or not first.note:
            return None
        return Identity(*(str(first.note.get(name, "")) for name in ("account", "region", "function")))

    def _first(self) -> Record | None:
        documents, rest = split(self._content(TAIL))
        if not documents:
            _check_rest(rest, documents, self.path.name)
            return None
        record = decode(documents[0], f"record 1 of `{self.path.name}`")
        _check_schema(record, self.path.name)
        return record

    def check(self, identity: Identity) -> None:
        """Refuse a ledger that is about something else.

        Raises:
            NotAllowed: Account, region or function differ.
        """
        pinned = self.identity
        for name in ("account", "region", "function"):
            mine, theirs = getattr(identity, name), getattr(pinned, name, "")
            if pinned and mine != theirs:
                raise NotAllowed(
                    f"`{self.path.name}` is about {name} `{theirs}`, this run is about `{mine}`",
                    hint="check `--profile` and `--region`, or name another ledger in migration.yaml",
                )

    def _recover(self) -> None:
        """Cut off a torn tail, and learn the number and hash of the last record from the file's end alone."""
        if not self.path.exists():
            return
        size = self.path.stat().st_size
        with self.path.open("r+b") as file:
            tail, start = b"", size
            while start > 0 and tail.count(END) < 2:  # noqa: PLR2004  # the last record lies between two ends
                start = max(0, start - TAIL)
                file.seek(start)
                tail = file.read(size - start)
            documents, rest = split(tail)
            _check_rest(rest, documents, self.path.name)
            if rest:
                self.torn = len(rest)
                file.truncate(size - len(rest))
                os.fsync(file.fileno())
        if documents:
            last = decode(documents[-1], f"the last record of `{self.path.name}`")
            self._last = (last.seq, hashlib.sha256(documents[-1]).hexdigest())

    def append(
        self,
        event: Event,
        *,
        id: str = "",  # noqa: A002  # the record's own field
        run: int = 0,
        action: Document | None = None,
        note: Document | None = None,  # the record's own field
    ) -> Record:
        """Write a record, fsync it, and return it.

        Raises:
            LedgerBroken: The ledger was only opened to read.
            Locked: Somebody evicted this run.
            MigrateError: The file cannot be written; it is left as it was.
        """
        if self._lock is None:
            raise broken(f"`{self.path.name}`", "is open for reading only")
        if not self._lock.ours:
            raise Locked(
                f"this run was evicted from `{self.path.name}` while it worked",
                hint="nothing more is changed; `lambda-migrate status` shows where things stand",
            )
        seq, previous = self._last
        at = self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = Record(seq + 1, id, event, at, self.by, action, previous, run, note)
        document = encode(record)
        with _writing(self.path):
            _add(self.path, document)
        self._last = (record.seq, hashlib.sha256(document).hexdigest())
        if self._records is not None:
            self._records.append(record)
        return record

    def note(self, kind: str, *, run: int = 0, id: str = "", **data: Any) -> Record:  # noqa: A002  # the record's own field
        """Write a note."""
        return self.append("note", id=id, run=run, note={"kind": kind, **data})


def lock_of(path: Path) -> Lock:
    """Return the lock of the ledger at `path`: ``ledger.lock`` beside ``ledger.yaml``."""
    return Lock(path.with_suffix(".lock"))


def _add(path: Path, document: bytes) -> None:
    """Append and fsync; all of it or nothing."""
    fresh = not path.exists()
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            if file.write(document) != len(document):
                file.write(document[file.tell() - size :])  # says what stood in the way
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(size)
            raise
    if fresh:
        _sync_folder(path.parent)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MigrateError(
            f"`{path.name}` cannot be written: {str(error.strerror).lower()}",
            hint=f"check `{path.parent.absolute()}`, then run the same command again; nothing more was changed in AWS",
        ) from error


def _check_rest(rest: bytes, documents: list[bytes], name: str) -> None:
    if is_torn(rest):
        return
    if documents:
        raise broken(f"the end of `{name}`", "is not a record of lambda-migrate")
    raise broken(f"`{name}`", "is not a ledger")


def _check_schema(first: Record, name: str) -> None:
    schema = (first.note or {}).get("schema")
    if not isinstance(schema, int):
        raise broken(f"`{name}`", "does not begin with the record that says what it is about")
    if schema > SCHEMA:
        raise LedgerBroken(
            f"`{name}` has schema {schema}, this version reads up to {SCHEMA}", hint="upgrade lambda-migrate"
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
