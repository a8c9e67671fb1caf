"""`sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lambda_migrate.cli.options import Command, context_of, examples, group
from lambda_migrate.render.result import Result
from lambda_migrate.render.terminal import is_terminal
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.standing import require_installed, shown, stood_up
from lambda_migrate.sandbox.unkindness import SETTINGS, named

app = group("Run an AWS on this machine, with a sample function to migrate.")

Directory = Annotated[
    Path,
    typer.Option("--directory", envvar="LAMBDA_MIGRATE_SANDBOX", help="Where it keeps its files.", metavar="FOLDER"),
]
Unkind = Annotated[
    list[str] | None,
    typer.Option(
        "--unkind",
        help=f"Behave as unkindly as AWS can: {', '.join(each.name for each in SETTINGS)}, or all; repeatable.",
        metavar="NAME[=VALUE]",
    ),
]
DEFAULT = Path(".lambda-migrate/sandbox")


@app.command(
    cls=Command,
    epilog=examples(
        "sandbox up",
        "sandbox up --empty",
        "sandbox up --unkind alias_lag=2s --unkind throttled",
        "sandbox up --unkind all",
    ),
)
def up(
    called: typer.Context,
    *,
    directory: Directory = DEFAULT,
    empty: Annotated[bool, typer.Option("--empty", help="Deploy no sample function.")] = False,
    unkind: Unkind = None,
) -> Result:
    """Start the sandbox, which goes on until `sandbox down`, and print what to export."""
    require_installed()
    progress, wanted = context_of(called).progress, named(unkind) if unkind else None
    result = shown(*stood_up(progress, directory, wanted, empty=empty))
    terminal = context_of(called).terminal
    if is_terminal(terminal.out) and not context_of(called).options.json:
        terminal.say('In this shell: eval "$(lambda-migrate sandbox status)". What it sets:\n')
    return result


@app.command(cls=Command, epilog=examples("sandbox status"))
def status(_called: typer.Context, *, directory: Directory = DEFAULT) -> Result:
    """Show whether the sandbox runs, what to export, and how unkind it is."""
    require_installed()
    running = EmbeddedAws.find(directory)
    if running is None:
        return Result({"running": False}, f"Nothing runs in `{directory}`.", ("sandbox up",))
    return shown(running)


@app.command(cls=Command, epilog=examples("sandbox down"))
def down(_called: typer.Context, *, directory: Directory = DEFAULT) -> Result:
    """Stop the sandbox; everything in it is gone."""
    require_installed()
    running = EmbeddedAws.find(directory)
    if running is None:
        return Result({"stopped": False}, f"Nothing runs in `{directory}`.")
    running.stop()
    return Result({"stopped": True}, f"Stopped what ran at {running.endpoint_url}.")
