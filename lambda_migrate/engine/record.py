"""One record of the ledger: a YAML document from ``---`` to ``...``, and what of a file is none."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple, get_args

import yaml

from lambda_migrate.errors import LedgerBroken
from lambda_migrate.yaml_nesting import require_shallow

if TYPE_CHECKING:
    from collections.abc import Iterator

END = b"\n...\n"

BLOCK = 1 << 18
"""Bytes of a ledger that are read at once."""

LONGEST = 1 << 26
"""Bytes of the longest record."""

Event = Literal["intent", "applied", "undo-intent", "undone", "note"]
Document = dict[str, Any]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # which of the two is known late
    """Writes structures of AWS's answers as the plain mappings that they are."""


_Dumper.add_multi_representer(dict, yaml.representer.SafeRepresenter.represent_dict)

_CONFLICT = re.compile(rb"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_MERGE = (
    "take one side whole, the one that AWS knows: `git checkout --theirs` or `--ours` and the file's name, then"
    " `lambda-migrate history --verify`; nothing was changed in AWS"
)


class Record(NamedTuple):
    """One record.

    Attributes:
        seq: Its number, from 1.
        id: The step's id, or "" for a note.
        event: What is recorded.
        at: When, ISO 8601 in UTC.
        by: Who: the caller's ARN.
        action: The action of an intent, as :func:`lambda_migrate.actions.action_to_dict` writes it; else None.
        prev: sha256 hex of the record before; "" for the first.
        run: The `seq` of the plan note that the step belongs to; 0 for none.
        note: What a note says: ``{"kind": "plan" | "finished" | "verdict" | ..., ...}``; else None.
    """

    seq: int
    id: str
    event: Event
    at: str
    by: str
    action: Document | None
    prev: str
    run: int = 0
    note: Document | None = None

    @property
    def time(self) -> float:
        """Seconds since the epoch."""
        return datetime.fromisoformat(self.at).timestamp()


_FIELDS = tuple(f"{name}:".encode() for name in Record._fields)
"""How the lines of a record begin that are not part of another one."""


def encode(record: Record) -> bytes:
    """Return a record as one YAML document, from ``---`` to ``...``."""
    body = {name: value for name, value in record._asdict().items() if value not in (None, 0)}
    text = yaml.dump(body, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False)
    return f"---\n{text}...\n".encode()


def decode(content: bytes, where: str) -> Record:
    """Read one record back.

    Raises:
        LedgerBroken: It is not a record.
    """
    try:
        require_shallow(content)
        data = yaml.load(content, Loader=_Loader)  # noqa: S506  # _Loader is a safe loader
        record = Record(**{"action": None, **data})
        _ = record.time
    except (yaml.YAMLError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise broken(where, "is not a record of lambda-migrate", content) from error
    if not _is_sound(record):
        raise broken(where, "is not a record of lambda-migrate", content)
    return record


def _is_sound(record: Record) -> bool:
    """Return whether the fields hold what they should; the chain does not vouch for the last record."""
    return (
        isinstance(record.id, str)
        and isinstance(record.by, str)
        and record.event in get_args(Event)
        and isinstance(record.action, dict | None)
        and isinstance(record.run, int)
        and isinstance(record.note, dict | None)
    )


def documents(file: BinaryIO) -> Iterator[bytes]:
    """Yield a ledger's records, and last what stands behind them, without ever holding more than a block.

    Raises:
        ValueError: A record is longer than any of ours.
    """
    rest = b""
    while block := file.read(BLOCK):
        first, *more = (rest + block).split(END)
        if more:
            yield first + END
            yield from (part + END for part in more[:-1])
            first = more[-1]
        rest = first
        if len(rest) > LONGEST:
            raise ValueError(len(rest))
    yield rest


def split(content: bytes) -> tuple[list[bytes], bytes]:
    """Cut a ledger into its records and the torn rest behind the last one."""
    parts = content.split(END)
    return [part + END for part in parts[:-1]], parts[-1]


def is_torn(rest: bytes, seq: int) -> bool:
    """Return whether what stands behind the last record is one of ours that a crash cut short, and nothing else.

    Anything else is somebody's: it is never cut off. Zeros are what some file systems leave of a write that was lost.

    Args:
        rest: What stands there.
        seq: The number of the record that was cut short.
    """
    rest = rest.rstrip(b"\0")
    start = f"---\nseq: {seq}\n".encode()
    if len(rest) <= len(start):
        return start.startswith(rest)
    *lines, last = rest[len(start) :].split(b"\n")
    return rest.startswith(start) and all(map(_is_ours, lines)) and _may_become_ours(last)


def _is_ours(line: bytes) -> bool:
    """Return whether a line is one of a record's: a field, or a part of one."""
    return not line or line.startswith((b" ", *_FIELDS))


def _may_become_ours(line: bytes) -> bool:
    """Return whether a line is the beginning of one of a record's."""
    return _is_ours(line) or any(start.startswith(line) for start in (*_FIELDS, b"..."))


def broken(where: str, what: str, content: bytes = b"") -> LedgerBroken:
    """Return the error that names what of the ledger cannot be trusted, and why.

    Args:
        where: What of it.
        what: What is wrong with it.
        content: What stands there; a merge conflict in it is said instead.
    """
    if _CONFLICT.search(content):
        return LedgerBroken(f"{where} is a merge conflict of two histories", hint=_MERGE)
    return LedgerBroken(
        f"{where} {what}", hint="restore the file from version control or a backup; nothing was changed in AWS"
    )
