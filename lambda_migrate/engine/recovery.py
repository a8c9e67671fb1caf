"""Puts the end of a ledger right before it is written to: what a crash cut short, and what was lost."""

from __future__ import annotations

import hashlib
import os
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.engine.ledger_file import add, check_last, check_rest, following
from lambda_migrate.engine.record import END, broken, decode, encode, split
from lambda_migrate.regular_file import open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.index import Index

TAIL = 65_536
"""Bytes at the end of a ledger that are read at once."""


class Recovered(NamedTuple):
    """How a ledger ends.

    Attributes:
        last: Number and sha256 hex of the last record; 0 and "" if there is none.
        torn: Bytes of a record that was cut short; they are cut off.
        lost: Records that were missing at the end, and are written again.
    """

    last: tuple[int, str] = (0, "")
    torn: int = 0
    lost: int = 0


def recover(path: Path, index: Index) -> Recovered:
    """Put the end of a ledger right; of a long one only the end is read, unless some of it is lost.

    Args:
        path: The ledger, which need not exist.
        index: The index beside it; it goes where the ledger begins again.

    Raises:
        LedgerBroken: What stands at its end cannot be trusted.
        OSError: It cannot be read or written.
    """
    recovered = _from_the_file(path) if path.exists() else Recovered()
    seq, digest = recovered.last
    if seq == 0:
        index.remove()
        return recovered
    line = index.last
    if line is None or line.seq < seq:
        return recovered
    check_last(line, seq, digest, path.name)
    if line.seq == seq:
        return recovered
    known = islice(index.lines(), seq - 1, None)
    check_last(next(known, None), seq, digest, path.name)
    for record in following(known, seq, digest):
        document = encode(record)
        add(path, document)
        recovered = recovered._replace(last=(record.seq, hashlib.sha256(document).hexdigest()), lost=recovered.lost + 1)
    return recovered


def _from_the_file(path: Path) -> Recovered:
    """Cut off a torn tail, and learn the number and hash of the last record from the file's end alone."""
    with open_regular(path, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        tail, start = b"", size
        while start > 0 and tail.count(END) < 3:  # noqa: PLR2004  # the last two records lie between three ends
            start = max(0, start - TAIL)
            file.seek(start)
            tail = file.read(size - start)
        whole, rest = split(tail)
        last = _last_of(whole[-2:], path.name) if whole else (0, "")
        check_rest(rest, last[0], path.name)
        if rest:
            file.truncate(size - len(rest))
            os.fsync(file.fileno())
    return Recovered(last, len(rest))


def _last_of(ends: list[bytes], name: str) -> tuple[int, str]:
    """Return number and hash of the last record; `ends` are the last two, or the only one."""
    where = f"the last record of `{name}`"
    *before, last = (decode(end, where) for end in ends)
    follows = (before[0].seq + 1, hashlib.sha256(ends[0]).hexdigest()) if before else (1, "")
    if (last.seq, last.prev) != follows:
        raise broken(where, "does not follow from the one before: the file was edited or cut", ends[-1])
    return last.seq, hashlib.sha256(ends[-1]).hexdigest()
