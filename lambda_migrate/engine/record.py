"""One record of the ledger: a YAML document from ``---`` to ``...``, and what of a file is none."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

import yaml

from lambda_migrate.errors import LedgerBroken

END = b"\n...\n"

Event = Literal["intent", "applied", "undo-intent", "undone", "note"]
Document = dict[str, Any]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


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
        data = yaml.load(content, Loader=_Loader)  # noqa: S506  # _Loader is a safe loader
        record = Record(**{"action": None, **data})
        _ = record.time
    except (yaml.YAMLError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise broken(where, "is not a record of lambda-migrate") from error
    if not _is_sound(record):
        raise broken(where, "is not a record of lambda-migrate")
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


def split(content: bytes) -> tuple[list[bytes], bytes]:
    """Cut a ledger into its records and the torn rest behind the last one."""
    parts = content.split(END)
    return [part + END for part in parts[:-1]], parts[-1]


def is_torn(rest: bytes) -> bool:
    """Return whether what stands behind the last record is one that a crash cut short, and nothing else.

    Anything else is somebody's: it is never cut off. Zeros are what some file systems leave of a write that was lost.
    """
    rest = rest.rstrip(b"\0")
    return rest.startswith(b"---\n"[: len(rest)]) and b"\n---" not in rest


def broken(where: str, what: str) -> LedgerBroken:
    """Return the error that names what of the ledger cannot be trusted, and why."""
    return LedgerBroken(
        f"{where} {what}", hint="restore the file from version control or a backup; nothing was changed in AWS"
    )
