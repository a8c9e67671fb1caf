"""`adopt`."""

from __future__ import annotations

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import adopt as workflow

app = application()


@app.command(cls=Command, epilog=examples("adopt --dry-run", "adopt"))
def adopt(called: typer.Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Bring a lost ledger back, from version control or from what AWS shows."""
    context = context_of(called)
    return workflow.adopt(context, confirm=Confirmation(context, yes), dry_run=dry_run)
