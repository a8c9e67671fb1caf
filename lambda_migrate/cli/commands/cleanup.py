"""`cleanup`."""

from __future__ import annotations

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.run import run

app = application()


@app.command(cls=Command, epilog=examples("cleanup --dry-run", "cleanup"))
def cleanup(called: typer.Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Remove what a rollback has left in place, once it can carry no traffic any more."""
    return run(context_of(called), "cleanup", confirm=Confirmation(context_of(called), yes), dry_run=dry_run)
