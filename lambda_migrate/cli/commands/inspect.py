"""`inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate import inventory
from lambda_migrate.aws.arn import function_name
from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.inventory import domains
from lambda_migrate.render.domains import domains as drawn_names
from lambda_migrate.render.inventory import inventory as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import freeze_guard
from lambda_migrate.workflow.ownership import with_owners
from lambda_migrate.workflow.reading import code_of

app = application()


@app.command(cls=Command, epilog=examples("inspect", "inspect orders --region eu-west-1", "inspect orders --json"))
def inspect(
    called: typer.Context,
    function: Annotated[
        str | None, typer.Argument(help="The function's name or ARN; default: the one of migration.yaml.")
    ] = None,
) -> Result:
    """Show what the function is, its versions and aliases, and who calls it."""
    context = context_of(called)
    name = function or context.migration.function
    alias = context.migration.alias if context.configured else "live"
    context.progress.begin(f"looking at {name} and everything that can invoke it")
    taken = inventory.take(context.aws_read_only, name, alias=alias)
    taken = with_owners(context.aws_read_only, taken, code_of(context), ask=True)
    context.progress.begin(f"looking for names that lead to {name}")
    names = domains.read(context.aws_read_only, taken)
    context.progress.end()
    if context.configured and taken.function.name == function_name(context.migration.function):
        freeze_guard.warn_of_changes(context)
    data = {"inventory": taken.to_dict(), "fingerprint": taken.fingerprint, "domains": names.to_dict()}
    drawn = [rendered(taken, context.paint), *(["", *lines] if (lines := drawn_names(names, context.paint)) else [])]
    text = "\n".join([context.heading(function=taken.function.name), "", *drawn])
    return Result(data, text, ("doctor",) if context.configured else (f"init {taken.function.name}",))
