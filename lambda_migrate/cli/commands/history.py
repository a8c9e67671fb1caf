"""`history`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.render.history import history as table
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import machines

app = application()


@app.command(cls=Command, epilog=examples("history", "history --verify", "history --json | jq '.data.records[-1]'"))
def history(
    called: typer.Context,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Only check that nobody edited or cut the ledger.")] = False,
) -> Result:
    """Show what was done, by whom and when."""
    context = context_of(called)
    ledger = context.ledger
    records = ledger.records
    identity = ledger.identity
    data = {
        "ledger": str(ledger.path),
        "identity": identity._asdict() if identity else None,
        "count": len(records),
        "torn_bytes": ledger.torn,
    }
    if verify:
        torn = f" The last record was cut short ({ledger.torn} bytes); the next run drops it." if ledger.torn else ""
        cut = machines.lacking(context) if identity else None
        return Result(data, f"{len(records)} records, each follows from the one before.{torn}", error=cut)
    text = table(records, context.paint) if records else "Nothing has been done yet."
    return Result({**data, "records": [record._asdict() for record in records]}, text)
