"""`demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, application, context_of, examples
from lambda_migrate.render.result import Result
from lambda_migrate.sandbox.demo.screen import shown

app = application()


@app.command(cls=Command, epilog=examples("demo", "demo --unkind", "demo --keep story", "demo --json | jq .data"))
def demo(
    called: typer.Context,
    *,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Leave everything that was written here.", metavar="FOLDER")
    ] = None,
    unkind: Annotated[bool, typer.Option("--unkind", help="Let the AWS be as unkind as the real one.")] = False,
) -> Result:
    """Show the whole migration on this machine, under live traffic; needs no AWS account."""
    return shown(context_of(called), keep, unkind=unkind)
