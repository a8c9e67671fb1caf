"""`rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, Yes, application, examples, in_context
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context
from lambda_migrate.workflow.rollback import roll_back

app = application()

To = Annotated[
    str,
    typer.Option(
        "--to", help="Go back to this step, which then still stands; RUN/STEP where several have it.", metavar="STEP"
    ),
]


@app.command(
    cls=Command, epilog=examples("rollback --dry-run", "rollback --last", "rollback --to 02-shift_weight", "rollback")
)
@in_context
def rollback(
    context: Context,
    *,
    to: To = "",
    last: Annotated[bool, typer.Option("--last", help="Take back the latest run only.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Take back what was done, the latest first, from the ledger alone."""
    return roll_back(context, to=to, last=last, confirm=Confirmation(context, yes), dry_run=dry_run)
