"""The ledger: what was intended and what came of it, as an append-only stream of YAML documents.

Each record ends in ``...``; a record that a crash cut short is thereby recognised and dropped. Each names the sha256 of
the record before, so that an edit shows; an edit of the last one shows by the index beside it. The first record pins
schema, account, region and function.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from lambda_migrate.clock import steady
from lambda_migrate.engine.index import Index, Reading
from lambda_migrate.engine.ledger_file import (
    SCHEMA,
    add,
    check_last,
    check_rest,
    check_schema,
    documents,
    following,
    writing,
)
from lambda_migrate.engine.lock import Lock
from lambda_migrate.engine.record import END, Record, broken, decode, encode
from lambda_migrate.engine.recovery import recover
from lambda_migrate.engine.runs import Projection
from lambda_migrate.engine.tail import Tail
from lambda_migrate.errors import Locked, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from lambda_migrate.engine.record import Document, Event

DIGITS = 16
"""Characters of a hash that are kept outside of the ledger; they are compared, no attacker is held off by them."""


class Identity(NamedTuple):
    """Which function of which account and region a ledger is about; `function` is the unqualified ARN."""

    account: str
    region: str
    function: str


def _now() -> datetime:
    return datetime.fromtimestamp(steady(), UTC)


@dataclass
class Ledger:
    """The ledger at `path`. Make one with :meth:`read` or :meth:`open`."""

    path: Path
    by: str = ""
    clock: Callable[[], datetime] = field(default=_now)
    torn: int = 0
    lost: int = 0
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
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            evicted = ledger._lock.acquire(command) if ledger._lock else None
        try:
            with writing(path):
                ledger._last, ledger.torn, ledger.lost = recover(path, ledger.index)
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
        """Every record, the chain checked; for a long ledger rather :meth:`each`, or :attr:`projection`.

        Raises:
            LedgerBroken: As for :meth:`each`.
        """
        return list(self.each())

    def each(self) -> Iterator[Record]:
        """Yield every record, the oldest first, the chain checked; of a long ledger only one is held at a time.

        Raises:
            LedgerBroken: Edited, cut in the middle, or written by a newer version.
        """
        for _place, record in self._placed():
            yield record

    def _placed(self) -> Iterator[tuple[int, Record]]:
        """Yield every record with its place in the file; -1 for one that is in the index alone."""
        with closing(Reading(self.index)) as reading:
            yield from self._checked(reading)
            reading.finish()

    @cached_property
    def projection(self) -> Projection:
        """What the records add up to; kept up to date with what is appended.

        Raises:
            LedgerBroken: As for :meth:`each`.
        """
        projection = Projection()
        for place, record in self._placed():
            try:
                projection.take(record, partial(self._plan_at, place) if place >= 0 else None)
            except (KeyError, TypeError, AttributeError) as error:
                where = f"record {record.seq} of `{self.path.name}`"
                raise broken(where, "holds a plan that is not one of lambda-migrate") from error
        return projection

    def _plan_at(self, place: int) -> Document:
        """Return the plan of the plan note that begins at that byte of the file."""
        document = next(documents(self.path, place))
        return dict((decode(document, f"the record at {place} of `{self.path.name}`").note or {}).get("plan") or {})

    @property
    def last_at(self) -> str:
        """When the last record was written, ISO 8601."""
        last = self.projection.last
        return last.at if last else ""

    @property
    def damage(self) -> tuple[str, ...]:
        """What its end lacked when it was read, a sentence each."""
        name = self.path.name
        if self.lost:
            lacks = f"`{name}` lacks its last {f'{self.lost} records' if self.lost > 1 else 'record'}"
            again = "this run" if self._lock else "the next run"
            return (f"{lacks}: {again} writes what `{self.index.path.name}` has of it.",)
        if self.torn:
            dropped = "it is dropped" if self._lock else "the next run drops it"
            return (f"The last record of `{name}` was cut short ({self.torn} bytes); {dropped}.",)
        return ()

    @property
    def index(self) -> Index:
        """The index beside it."""
        return Index(self.path)

    def _checked(self, reading: Reading) -> Iterator[tuple[int, Record]]:
        number, previous, rest, place = 0, "", b"", 0
        for document in documents(self.path):
            if not document.endswith(END):
                rest = document
                break
            number += 1
            where = f"record {number} of `{self.path.name}`"
            digest = hashlib.sha256(document).hexdigest()
            record = reading.known(number, digest)
            if record is None:
                record = decode(document, where)
                reading.learn(record, digest)
            if number == 1:
                check_schema(record, self.path.name)
            if record.seq != number or record.prev != previous:
                raise broken(where, "does not follow from the one before: the file was edited or cut", document)
            previous = digest
            yield place, record
            place += len(document)
        check_rest(rest, number, self.path.name)
        if self._lock is None:
            self.torn = len(rest)  # else it is known since the ledger was opened, and put right
        if number:
            check_last(reading.line, number, previous, self.path.name)
            lost = list(following(reading.rest(), number, previous))
            self.lost = len(lost) or self.lost
            yield from ((-1, record) for record in lost)

    @property
    def tail(self) -> Tail:
        """Its last record, as the lock between machines keeps it."""
        if self._last[0]:
            return Tail(self._last[0], self._last[1][:DIGITS])
        tail = Tail()
        for number, document in enumerate(documents(self.path), 1):
            if document.endswith(END):
                tail = Tail(number, hashlib.sha256(document).hexdigest()[:DIGITS])
        return tail

    def holds(self, tail: Tail) -> bool:
        """Return whether a record of that number and hash is in it; for a tail of nothing it always is.

        All of it is read only where it is not the last one.
        """
        if tail in (Tail(), self.tail):
            return True
        line = next(islice(documents(self.path), tail.seq - 1, None), b"")
        return line.endswith(END) and hashlib.sha256(line).hexdigest()[:DIGITS] == tail.digest

    @property
    def identity(self) -> Identity | None:
        """What the ledger is about, or None while it is empty."""
        document = next(documents(self.path), b"")
        if not document.endswith(END):
            check_rest(document, 0, self.path.name)
            return None
        first = decode(document, f"record 1 of `{self.path.name}`")
        check_schema(first, self.path.name)
        return Identity(*(str((first.note or {}).get(name, "")) for name in ("account", "region", "function")))

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
        with writing(self.path):
            add(self.path, document)
        self._last = (record.seq, hashlib.sha256(document).hexdigest())
        self.index.append(record, self._last[1])
        if "projection" in vars(self):
            self.projection.take(record)
        return record

    def note(self, kind: str, *, run: int = 0, id: str = "", **data: Any) -> Record:  # noqa: A002  # the record's own field
        """Write a note."""
        return self.append("note", id=id, run=run, note={"kind": kind, **data})


def lock_of(path: Path) -> Lock:
    """Return the lock of the ledger at `path`: ``ledger.lock`` beside ``ledger.yaml``."""
    return Lock(path.with_suffix(".lock"))
