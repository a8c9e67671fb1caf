"""What was done, from the ledger: a page of records, and whether the ledger is whole."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from lambda_migrate.errors import LedgerBroken
from lambda_migrate.render.history import history as table
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import machines

if TYPE_CHECKING:
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.record import Record
    from lambda_migrate.workflow.context import Context

NEWEST = 2**63 - 1
"""A number that no record has."""


def past(context: Context, limit: int, before: int, *, verify: bool) -> Result:
    """Return what was done, by whom and when.

    Args:
        context: Of the command.
        limit: How many records at most, the latest.
        before: Only those before this record.
        verify: Only say whether somebody edited or cut the ledger.
    """
    ledger = context.ledger
    page, count = _page(ledger, limit, before)
    identity = ledger.identity
    data = {
        "ledger": str(ledger.path),
        "identity": identity._asdict() if identity else None,
        "count": count,
        "torn_bytes": ledger.torn,
        "lost_records": ledger.lost,
    }
    if verify:
        cut = machines.lacking(context) if identity else None
        text = "".join(f" {what}" for what in ledger.damage)
        return Result(data, f"{count} records, each follows from the one before.{text}", error=_lost(ledger) or cut)
    text = table(page, context.paint) if page else "Nothing has been done yet."
    earlier = page[0].seq - 1 if page else 0
    if earlier:
        text = f"{earlier} earlier records: `lambda-migrate history --before {page[0].seq}`\n{text}"
    return Result({**data, "earlier": earlier, "records": [record._asdict() for record in page]}, text)


def _page(ledger: Ledger, limit: int, before: int) -> tuple[list[Record], int]:
    """Return the latest records before one of them, and how many there are in all; the rest is never held."""
    page: deque[Record] = deque(maxlen=limit)
    count = 0
    for record in ledger.each():
        count += 1
        if record.seq < before:
            page.append(record)
    return list(page), count


def _lost(ledger: Ledger) -> LedgerBroken | None:
    """Return the error that the ledger's end is missing."""
    if not ledger.lost:
        return None
    return LedgerBroken(
        f"`{ledger.path.name}` ends too early: `{ledger.index.path.name}` has {ledger.lost} more",
        hint="the next command that changes something writes them again",
    )
