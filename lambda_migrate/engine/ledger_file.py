"""The file of a ledger: its records as bytes, what may stand behind them, and how one is added."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.engine import record as records
from lambda_migrate.engine.record import broken, encode, is_torn
from lambda_migrate.errors import LedgerBroken, MigrateError
from lambda_migrate.regular_file import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.index import Line
    from lambda_migrate.engine.record import Record

SCHEMA = 1


def documents(path: Path, place: int = 0) -> Iterator[bytes]:
    """Yield the records as they stand in the file, then whatever follows them; nothing if the file is missing.

    Args:
        path: The ledger.
        place: The byte at which the first of them begins.

    Raises:
        LedgerBroken: It cannot be read, or is not a ledger.
    """
    try:
        with open_regular(path) as file:
            file.seek(place)
            yield from records.documents(file)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LedgerBroken(
            f"`{path.name}` cannot be read: {str(error.strerror).lower()}",
            hint="check what it is, and who may read it",
        ) from error
    except ValueError as error:
        raise broken(f"`{path.name}`", "is not a ledger") from error


def add(path: Path, document: bytes) -> None:
    """Append a record and fsync; all of it or nothing.

    Raises:
        OSError: As for :func:`open`.
    """
    fresh = not path.exists()
    with open_regular(path, "ab") as file:
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
def writing(path: Path) -> Iterator[None]:
    """Tell errors of writing to the ledger at `path` in our words.

    Raises:
        MigrateError: It cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise MigrateError(
            f"`{path.name}` cannot be written: {str(error.strerror).lower()}",
            hint=f"check `{path.parent.absolute()}`, then run the same command again; nothing more was changed in AWS",
        ) from error


def check_rest(rest: bytes, number: int, name: str) -> None:
    """Refuse what stands behind record `number`, unless it is the next one, cut short.

    Raises:
        LedgerBroken: It is something else.
    """
    if is_torn(rest, number + 1):
        return
    if number:
        raise broken(f"the end of `{name}`", "is not a record of lambda-migrate", rest)
    raise broken(f"`{name}`", "is not a ledger", rest)


def check_last(line: Line | None, seq: int, digest: str, name: str) -> None:
    """Refuse a last record that is not the one that was written, by its line in the index.

    Raises:
        LedgerBroken: It is another.
    """
    if line and line.seq == seq and line.digest != digest:
        raise LedgerBroken(
            f"record {seq} of `{name}`, the last one, is not what was written",
            hint="restore the file from version control or a backup, or, if you replaced it on purpose, delete"
            f" `{Path(name).with_suffix('.index')}`; nothing was changed in AWS",
        )


def following(lines: Iterator[Line | None], seq: int, digest: str) -> Iterator[Record]:
    """Yield the records that an index has behind the last one of its ledger, as far as they follow from it."""
    for line in lines:
        record = line.record if line else None
        if line is None or record is None or (record.seq, record.prev) != (seq + 1, digest):
            return
        seq, digest = record.seq, line.digest
        if hashlib.sha256(encode(record)).hexdigest() != digest:
            return
        yield record


def check_schema(first: Record, name: str) -> None:
    """Refuse a ledger that a newer version wrote, or that does not say which did.

    Raises:
        LedgerBroken: It is one.
    """
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
