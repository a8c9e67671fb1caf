"""`retire`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.options import DryRun, application, examples, in_context
from lambda_migrate.cli.quick import Command
from lambda_migrate.context import Context
from lambda_migrate.render.units import counted
from lambda_migrate.result import Result

app = application()


@app.command(cls=Command, epilog=examples("retire --dry-run", "retire", "retire --confirm orders"))
@in_context
def retire(
    context: Context,
    *,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="The function's name, instead of typing it.", metavar="NAME")
    ] = None,
    dry_run: DryRun = False,
) -> Result:
    """Delete the function, last, once nothing invokes it; this cannot be undone."""
    from lambda_migrate.cli import ask, guard, phases, running  # noqa: PLC0415  # only commands that change something need it

    found, made = phases.make(context, "retire", phases.Wishes())
    name, versions = found.function.name, len(found.function.versions)

    def agree() -> None:
        context.terminal.say(
            f"\nThis deletes function `{name}` and its {counted(versions, 'version')}; it cannot be undone."
        )
        ask.agree_by_name(context, name, confirm=confirm)

    result = running.carry_out(context, made, agree=agree, dry_run=dry_run)
    if result.data.get("applied"):
        guard.lift(context, found.function.arn)
    return result
