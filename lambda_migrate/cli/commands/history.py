"""`history`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.past import NEWEST, past

app = application()


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
    return past(context_of(called), 0 if verify else limit, before, verify=verify)
