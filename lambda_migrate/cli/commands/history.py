"""`history`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.errors import LedgerBroken
from lambda_migrate.render.history import history as table
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import machines

if TYPE_CHECKING:
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.engine.record import Record

app = application()

NEWEST = 2**63 - 1


Limit = Annotated[int, typer.Option("--limit", help="Show that many records at most, the latest.", min=1)]
Before = Annotated[
    int, typer.Option("--before", help="Show those before this record.", metavar="RECORD", min=1, show_default=False)
]


@app.command(
    cls=Command,
    epilog=examples("history", "history --before 9000", "history --verify", "history --json | jq '.data.records[-1]'"),
)
def history(
    called: typer.Context,
    *,
    limit: Limit = 200,
    before: Before = NEWEST,
    verify: Annotated[bool, typer.Option("--verify", help="Only check that nobody edited or cut the ledger.")] = False,
) -> Result:
    """Show what was done, by whom and when."""
    context = context_of(called)
    ledger = context.ledger
    page, count = _page(ledger, 0 if verify else limit, before)
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
