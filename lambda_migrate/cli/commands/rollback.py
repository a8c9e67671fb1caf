"""`rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.rollback import Chosen, roll_back

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
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="Leave this step as it is; repeatable.", metavar="STEP")
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Do not wait for what only tidies up; leave that to `cleanup`.")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Roll back what was done, the latest first, from the ledger alone.

    A step that cannot go back holds up only what depends on it: it is reported at the end (exit code 5), and `--skip`
    leaves it out. What may still carry traffic is left in place, with the time after which `cleanup` may remove it.
    """
    context = context_of(called)
    asked = Chosen(to, last, tuple(skip or ()), now)
    return roll_back(context, asked, confirm=Confirmation(context, yes), dry_run=dry_run)
