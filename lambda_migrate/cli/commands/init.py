"""`init`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, application, context_of, examples
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result
from lambda_migrate.render.scaffold import scaffold
from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import service_repository
from lambda_migrate.workflow.migration_file import summary
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    Target = str
else:
    Target = Literal[tuple(TARGETS)]


class Part(StrEnum):
    """What a service has only where it is wanted."""

    API_DESTINATION = "api-destination"
    SNS = "sns"
    SQS = "sqs"


app = application()


@app.command(
    cls=Command,
    epilog=examples(
        "init orders", "init orders --source ../orders --directory orders-service", "init --dry-run", "init --yes"
    ),
)
def init(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    function: Annotated[str | None, typer.Argument(help="The function; default: the one of migration.yaml.")] = None,
    *,
    source: Annotated[
        Path | None, typer.Option("--source", help="Folder of its code; default: downloaded.", metavar="FOLDER")
    ] = None,
    directory: Annotated[
        Path | None, typer.Option("--directory", help="Where the repository goes.", metavar="FOLDER")
    ] = None,
    target: Annotated[Target | None, typer.Option("--target", help="Where the service will live.")] = None,
    asgi: Annotated[
        str, typer.Option("--app", help="The application, if it cannot be found.", metavar="MODULE:NAME")
    ] = "",
    handler: Annotated[str, typer.Option("--handler", help="The handler, if AWS is not asked.", metavar="NAME")] = "",
    qualifier: Annotated[
        str, typer.Option("--qualifier", help="The version or alias to lift; default: $LATEST.", metavar="VERSION")
    ] = "",
    python: Annotated[
        str, typer.Option("--python", help="Version of Python; default: the function's own.", metavar="3.X")
    ] = "",
    add: Annotated[
        list[Part] | None,
        typer.Option("--add", help="Wire this too: what the function's triggers need is wired anyway."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask neither AWS nor a package index; needs --source.")
    ] = False,
    git: Annotated[bool, typer.Option("--git/--no-git", help="Put the repository under version control.")] = True,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, line by line.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Write the service's repository and migration.yaml, from the function's own code."""
    context = context_of(called)
    parts = frozenset(each.value for each in add or ())
    request = service_repository.Request(
        function, source, directory, target, asgi, handler, qualifier, python, parts, offline=offline
    )
    planned = service_repository.plan(context, request)
    shown = (planned.survey, planned.writes, planned.configuration, planned.folder, planned.notes, context.paint)
    text = planned.diff if diff else scaffold(*shown)
    data = planned.to_dict()
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    if not planned.due(under_version_control=git):
        return Result({**data, "written": []}, f"{text}\nNothing to write.", ("doctor",))
    context.terminal.say(text)
    Confirmation(context, yes)(Question(f"Write this to `{planned.folder}`?"))
    written = service_repository.write(planned, under_version_control=git)
    data |= {"written": list(written.files), "commit": not written.uncommitted}
    done = f"Wrote {counted(len(written.files), 'file')} to `{planned.folder}`; {summary(planned.configuration)}"
    return Result(data, f"{done}; {written.uncommitted or 'committed'}.", ("doctor",))
