"""`unlock`."""

from __future__ import annotations

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, Yes, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.eviction import evict

app = application()


@app.command(cls=Command, epilog=examples("unlock", "unlock --yes"))
def unlock(called: typer.Context, *, yes: Yes = False) -> Result:
    """Evict a run that is gone but still holds the ledger.

    A run that is still working on this machine is evicted only if a person at a terminal agrees, whatever `--yes` says.
    """
    context = context_of(called)
    return evict(context, Confirmation(context, yes, planned=False), Confirmation(context, planned=False))
