"""`retire`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.run import run

app = application()


@app.command(cls=Command, epilog=examples("retire --dry-run", "retire", "retire --confirm orders"))
def retire(
    called: typer.Context,
    *,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="The function's name, instead of typing it.", metavar="NAME")
    ] = None,
    dry_run: DryRun = False,
) -> Result:
    """Delete the function, last, once nothing invokes it; this cannot be undone."""
    context = context_of(called)
    return run(context, "retire", confirm=Confirmation(context, typed=confirm), dry_run=dry_run)
