"""`init`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Include, Requirements, Yes, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result
from lambda_migrate.render.scaffold import scaffold
from lambda_migrate.targets import TARGETS
from lambda_migrate.workflow import secret_storage, service_repository
from lambda_migrate.workflow.migration_file import summary
from lambda_migrate.workflow.phase import Question
from lambda_migrate.workflow.service_request import Request

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.service_repository import Planned

    Target = str
else:
    Target = Literal[tuple(TARGETS)]

Store = Literal["secretsmanager", "ssm"]


class Part(StrEnum):
    """What a service has only where it is wanted."""

    API_DESTINATION = "api-destination"
    SNS = "sns"
    SQS = "sqs"


app = application()


@app.command(
    cls=Command,
    epilog=examples(
        "init orders",
        "init orders --source ../orders --target process --store-secrets",
        "init orders --url https://orders.example.com --directory orders-service",
        "init orders --offline --source services/orders --include packages/common",
        "init jobs --into ../orders-service -c jobs.yaml",
        "init --dry-run",
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
        str,
        typer.Option(
            "--app",
            envvar="LAMBDA_MIGRATE_INIT_APP",
            help="The application, if it cannot be found.",
            metavar="MODULE:NAME",
        ),
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
    url: Annotated[str, typer.Option("--url", help="Where the service answers, or will.", metavar="URL")] = "",
    store_secrets: Annotated[
        bool, typer.Option("--store-secrets", help="Store the function's secrets where the service reads them.")
    ] = False,
    store: Annotated[
        Store,
        typer.Option(
            "--secrets-in",
            envvar="LAMBDA_MIGRATE_INIT_SECRETS_IN",
            help="Where to store secrets that are not in a store yet.",
        ),
    ] = "secretsmanager",
    requirements: Requirements = None,
    include: Include = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Repository of a service that takes the function in.", metavar="FOLDER"),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Write the service's repository and migration.yaml, from the function's own code."""
    context = context_of(called)
    parts = frozenset(each.value for each in add or ())
    if target is None and not (yes or dry_run):
        target, url = _asked(context, url)
    request = Request(
        function, source, directory, target, asgi, handler, qualifier, python, parts, offline, url, store,
        tuple(requirements or ()), tuple(include or ()), into,
    )  # fmt: skip
    planned = service_repository.plan(context, request)
    what = (planned.survey, planned.facts, planned.writes, planned.configuration)
    text = planned.diff if diff else scaffold(*what, planned.folder, planned.notes, context.paint)
    data = planned.to_dict()
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    due = planned.due(under_version_control=git)
    if not due and not store_secrets:
        return Result({**data, "written": []}, f"{text}\nNothing to write.", ("doctor",))
    context.terminal.say(text)
    Confirmation(context, yes)(Question(_question(planned, due=due, storing=store_secrets)))
    done, data["written"] = "Nothing to write.", []
    if due:
        written = service_repository.write(context, planned, under_version_control=git)
        data |= {"written": list(written.files), "commit": not written.uncommitted}
        done = f"Wrote {counted(len(written.files), 'file')} to `{planned.folder}`; {summary(planned.configuration)}"
        done += f"; {written.uncommitted or 'committed'}."
    if store_secrets:
        stored = secret_storage.store(context, planned.facts.arn, planned.secrets)
        data["secrets_stored"] = stored
        rows = [(reference, secret_storage.TOLD[state]) for reference, state in stored.items()]
        done = "\n".join(
            [done, "", "Secrets:", *columns(rows or [("none", "the function has none")], context.paint.width)]
        )
    return Result(data, done, _next(planned, stored=store_secrets))


def _asked(context: Context, url: str) -> tuple[str | None, str]:
    """Ask where the service is going to run, and where it answers, if there is somebody to ask and it is not said yet.

    Raises:
        ConfigError: The answer is not a target.
    """
    if context.configured or context.options.json or not context.terminal.interactive:
        return None, url
    rows = [(name, kind.documentation.partition("\n")[0]) for name, kind in TARGETS.items()]
    context.terminal.say("\n".join(["Where will the service run?", *columns(rows, context.paint.width)]))
    kind = context.terminal.ask("Target [url]: ") or "url"
    if kind not in TARGETS:
        raise ConfigError(f"`{kind}` is not a target", hint=f"one of {', '.join(TARGETS)}")
    if kind == "url" and not url:
        url = context.terminal.ask("Its URL, if you know it [later]: ")
    return kind, url


def _question(planned: Planned, *, due: bool, storing: bool) -> str:
    writes = f"Write this to `{planned.folder}`" if due else ""
    stores = f"store {counted(len(planned.secrets), 'secret')}" if storing else ""
    both = ", and ".join(part for part in (writes, stores) if part)
    return f"{both[:1].upper()}{both[1:]}?"


def _next(planned: Planned, *, stored: bool) -> tuple[str, ...]:
    """Return what to type, in order, until the service runs and `doctor` says what is left."""
    store = () if stored or not planned.secrets else ("init --store-secrets",)
    return (*store, "proxy rotate-key", "service deploy", "doctor")
