"""The index beside a ledger: each record once more, in a form that reads thirty times as fast, and its hash.

``ledger.index`` has one line for each record: ``<crc32> <seq> <sha256 of the record in the ledger> <its fields as
JSON>``. A line counts only for the very bytes that the ledger holds, so an index that is old, damaged or of another
ledger makes reading slow, never wrong; it is then written again. As the hash of the last record stands in no later
record, the line of the index is what an edit of it is noticed by; and records that a ledger lost at its end are
written again from here.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from sys import intern
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from zlib import crc32

from lambda_migrate.engine.record import Record
from lambda_migrate.regular_file import open_new, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_END = 65_536
"""Bytes at the end of an index in which its last line is looked for."""

_LONGEST = 1 << 26
"""Bytes of the longest line; what is longer is not one."""

_BLOCK = 1 << 20


@cache
def _json() -> Any:
    import json  # noqa: PLC0415  # `status` is quick: without a ledger it needs no JSON

    return json


@cache
def _encoder() -> Any:
    return _json().JSONEncoder(separators=(",", ":"), check_circular=False).encode


@cache
def _decoder() -> Any:
    return _json().JSONDecoder().raw_decode


class Line(NamedTuple):
    """One line: the record's number, the sha256 of its bytes in the ledger, and its fields as JSON or nothing."""

    seq: int
    digest: str
    fields: bytes

    @property
    def record(self) -> Record | None:
        """The record; None where JSON cannot say it."""
        if not self.fields:
            return None
        record = Record(*_decoder()(self.fields.decode())[0])
        return record._replace(id=intern(record.id), by=intern(record.by))  # ten thousands share them


def write_line(record: Record, digest: str) -> bytes:
    """Return the line of a record; `digest` is the sha256 hex of its bytes in the ledger."""
    try:
        fields = _encoder()(list(record))
        faithful = Record(*_json().loads(fields)) == record
    except (TypeError, ValueError, RecursionError):
        fields, faithful = "", True
    content = f"{record.seq} {digest} {fields if faithful else ''}".encode()
    return b"%08x %b\n" % (crc32(content), content)


def read_line(line: bytes) -> Line | None:
    """Read one line; None where it is damaged."""
    content = line[9:-1]
    if line[8:9] != b" " or line[-1:] != b"\n" or line[:8] != b"%08x" % crc32(content):
        return None
    seq, digest, fields = content.split(b" ", 2)
    return Line(int(seq), digest.decode(), fields)


class Index:
    """The index of the ledger at `path`."""

    def __init__(self, path: Path) -> None:
        """Name it: ``ledger.index`` beside ``ledger.yaml``."""
        self.path = path.with_suffix(".index")

    def append(self, record: Record, digest: str) -> None:
        """Add the line of a record that was just written; without it, reading is slow and nothing is wrong."""
        with contextlib.suppress(OSError), open_regular(self.path, "ab") as file:
            file.write(write_line(record, digest))

    def remove(self) -> None:
        """Forget it: the ledger begins again."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    @property
    def last(self) -> Line | None:
        """Its last line, found without reading the rest; None if there is none, or it is damaged or very long."""
        try:
            with open_regular(self.path) as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _END))
                end = file.read()
        except OSError:
            return None
        return read_line(end[end.rfind(b"\n", 0, -1) + 1 :])

    def lines(self) -> Iterator[Line | None]:
        """Yield its lines; None for one that is damaged."""
        with contextlib.suppress(OSError), open_regular(self.path) as file:
            yield from map(read_line, file)


class Reading:
    """One reading of a ledger with its index, line by record; what the index lacked is in it afterwards."""

    def __init__(self, index: Index) -> None:
        """Begin with the first record."""
        self._index = index
        self._file: BinaryIO | None = None
        self._again: BinaryIO | None = None
        self._writable = True
        self._good = 0
        self.line: Line | None = None
        with contextlib.suppress(OSError):
            self._file = open_regular(index.path)

    def known(self, seq: int, digest: str) -> Record | None:
        """Return the next record if its line is that of these bytes of the ledger; None where it has to be read."""
        line = self._file.readline(_LONGEST) if self._file else b""
        self.line = read_line(line)
        if self.line and (self.line.seq, self.line.digest) == (seq, digest):
            self._keep(line)
            return self.line.record
        return None

    def learn(self, record: Record, digest: str) -> None:
        """Take in a record that the index does not know, or not so fast."""
        if self.line and self.line.digest == digest:
            return
        if self._again is None and self._writable:
            self._begin_again()
        self._keep(write_line(record, digest))

    def rest(self) -> Iterator[Line]:
        """Yield the lines behind those of the ledger's records."""
        while self._file and (line := read_line(self._file.readline(_LONGEST))):
            yield line

    def _keep(self, line: bytes) -> None:
        if self._again is None:
            self._good += len(line)
            return
        try:
            self._again.write(line)
        except OSError:
            self._give_up()

    def _begin_again(self) -> None:
        """Write the index again, beginning with what was right of it."""
        try:
            self._again = open_new(self._fresh)
            if left := self._good:
                with open_regular(self._index.path) as old:
                    while left and (block := old.read(min(left, _BLOCK))):
                        self._again.write(block)
                        left -= len(block)
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        """Leave the index as it is: it cannot be written."""
        self._writable = False
        if self._again is not None:
            with contextlib.suppress(OSError):
                self._again.close()
            with contextlib.suppress(OSError):
                self._fresh.unlink(missing_ok=True)
            self._again = None

    @property
    def _fresh(self) -> Path:
        return self._index.path.with_name(f".{self._index.path.name}.{os.getpid()}")

    def finish(self) -> None:
        """Put what was written again in the place of the index: the whole ledger was read, and can be trusted."""
        if self._again is not None:
            with contextlib.suppress(OSError):
                self._again.close()
                self._fresh.replace(self._index.path)
                self._again = None  # else it is removed

    def close(self) -> None:
        """Let go of the files."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._again is not None:
            self._give_up()
