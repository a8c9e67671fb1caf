"""`rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.rollback import roll_back

app = application()

To = Annotated[
    str,
    typer.Option(
        "--to", help="Go back to this step, which stays applied; RUN/STEP where several have it.", metavar="STEP"
    ),
]


@app.command(
    cls=Command, epilog=examples("rollback --dry-run", "rollback --last", "rollback --to 02-shift_weight", "rollback")
)
def rollback(
    called: typer.Context,
    *,
    to: To = "",
    last: Annotated[bool, typer.Option("--last", help="Roll back the latest run only.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Roll back what was done, the latest first, from the ledger alone."""
    context = context_of(called)
    return roll_back(context, to=to, last=last, confirm=Confirmation(context, yes), dry_run=dry_run)
