"""`init`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lambda_migrate.cli.options import DryRun, Yes, application, examples, in_context
from lambda_migrate.cli.quick import Command
from lambda_migrate.context import Context
from lambda_migrate.errors import ConfigError, NotAllowed
from lambda_migrate.result import Result

if TYPE_CHECKING:
    from lambda_migrate.lifting import Lifted
    from lambda_migrate.scaffold import FunctionFacts, Source, Survey, Write

app = application()

Target = Literal["url", "process", "elastic-beanstalk", "ecs"]


class Part(StrEnum):
    """What a service has only where it is wanted."""

    API_DESTINATION = "api-destination"
    SNS = "sns"
    SQS = "sqs"


@app.command(
    cls=Command,
    epilog=examples(
        "init orders", "init orders --source ../orders --directory orders-service", "init --dry-run", "init --yes"
    ),
)
@in_context
def init(  # noqa: PLR0913  # one parameter for each option
    context: Context,
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
        str, typer.Option("--app", help="The application, where it cannot be told.", metavar="MODULE:NAME")
    ] = "",
    handler: Annotated[
        str, typer.Option("--handler", help="The handler, where AWS is not asked.", metavar="NAME")
    ] = "",
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
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask AWS; needs --source.")] = False,
    git: Annotated[bool, typer.Option("--git/--no-git", help="Put the repository under version control.")] = True,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, line by line.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Write the service's repository and migration.yaml, from the function's own code."""
    from lambda_migrate import scaffold  # noqa: PLC0415  # only this command needs it
    from lambda_migrate.cli import ask, configuring, findings  # noqa: PLC0415  # as above
    from lambda_migrate.render import scaffold as rendering  # noqa: PLC0415  # as above
    from lambda_migrate.render.units import counted  # noqa: PLC0415  # as above
    from lambda_migrate.scaffold import git as version_control  # noqa: PLC0415  # as above

    folder, code = _places(context, directory, source)
    options = scaffold.Options(
        folder,
        _target(context, target),
        asgi,
        handler,
        python,
        _signing_keys(context),
        findings.accepted(context),
        scaffold.wired(folder) | {each.value for each in add or ()},
    )
    facts, lifted, warnings = _gathered(context, function, code, qualifier, offline=offline)
    context.progress.begin("reading the code")
    found = scaffold.survey(lifted, facts, options)
    writes = scaffold.plan(lifted, facts, options, found)
    made = scaffold.migration(found, facts, options, folder=context.folder, source=code)
    configuration, notes = configuring.plan(context.options.config, made, found, folder)
    context.progress.end()
    text = rendering.scaffold(found, writes, configuration, folder, (*warnings, *notes), context.paint)
    text = "\n".join(write.diff() for write in (*writes, configuration) if write.diff()) if diff else text
    data = _data(found, writes, configuration, folder)
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    due = any(write.state not in ("identical", "kept") for write in (*writes, configuration))
    if not due and not scaffold.unfinished(folder) and not (git and version_control.due(folder)):
        return Result({**data, "written": []}, f"{text}\nNothing to write.", ("doctor",))
    context.terminal.say(text)
    ask.agree(context, f"Write this to `{folder}`?", yes=yes)
    written = scaffold.write(
        writes, folder, settings=scaffold.settings(found.application), parts=facts.parts | options.parts
    )
    configuring.write(configuration)
    uncommitted = version_control.commit_all(folder, facts.name) if git else "not under version control: `--no-git`"
    data |= {"written": list(written), "commit": not uncommitted}
    said = [f"Wrote {counted(len(written), 'file')} to `{folder}`", configuring.said(configuration)]
    said += [uncommitted or "committed"]
    return Result(data, f"{'; '.join(each for each in said if each)}.", ("doctor",))


def _places(context: Context, directory: Path | None, source: Path | None) -> tuple[Path, Path | None]:
    """Return where the repository goes, and the folder of the code, or None where it is downloaded."""
    if directory is None:
        directory = context.service_folder if context.configured else context.folder / "service"
    if source is None and context.configured and context.migration.source:
        source = context.folder / context.migration.source
    if source is not None and not source.is_dir():
        raise ConfigError(f"`{source}` is no folder", hint="name the folder of the function's code in `--source`")
    return directory, source


def _target(context: Context, given: str | None) -> str:
    return given or (context.migration.service.target.kind if context.configured else "url")


def _signing_keys(context: Context) -> str:
    return (context.migration.proxy.signing_keys or "") if context.configured else ""


def _gathered(
    context: Context, function: str | None, code: Path | None, qualifier: str, *, offline: bool
) -> tuple[FunctionFacts, Source, tuple[str, ...]]:
    """Return what is known of the function, its code, and what could not be read."""
    from lambda_migrate import lifting, scaffold  # noqa: PLC0415  # as above

    name = _name(context, function)
    if offline:
        if code is None:
            raise ConfigError("without AWS there is no code to download", hint="name its folder with `--source`")
        return scaffold.FunctionFacts(name), scaffold.from_directory(code), ()
    context.progress.begin(f"looking at {name}")
    try:
        found = lifting.look(context.looking, name, qualifier)
    except NotAllowed as error:
        hint = f"{error.hint}; or do without AWS: `lambda-migrate init {name} --offline --source FOLDER`"
        raise NotAllowed(error.message, hint=hint) from error
    return found.facts, _code(context, found, code), found.warnings


def _name(context: Context, given: str | None) -> str:
    """Return the function that is lifted: the one that is named, as long as migration.yaml is about no other."""
    path = context.options.config
    if not context.configured:
        if given is None:
            raise ConfigError("which function is not known", hint="name it: `lambda-migrate init FUNCTION`")
        return given
    known = context.migration.function
    if given is not None and _short(given) != _short(known):
        raise ConfigError(
            f"`{path}` is about `{known}`, not `{given}`",
            hint="lift it in a folder of its own, or name another `--config`",
        )
    return given or known


def _short(function: str) -> str:
    """Return a function's name, which may be given by its ARN."""
    return function.rpartition(":function:")[2].partition(":")[0]


def _code(context: Context, found: Lifted, code: Path | None) -> Source:
    from lambda_migrate import lifting, scaffold  # noqa: PLC0415  # as above

    if code is not None:
        return scaffold.from_directory(code)
    context.progress.begin(f"downloading the package of {found.facts.name}")
    return lifting.source(context.looking, found)


def _data(found: Survey, writes: tuple[Write, ...], configuration: Write, folder: Path) -> dict[str, Any]:
    return {
        "directory": str(folder),
        "application": found.application.app,
        "handler": found.application.handler,
        "python": found.python,
        "files": {write.path: write.state for write in writes},
        "configuration": {"path": configuration.path, "state": configuration.state},
        "secrets": {variable.name: variable.text for variable in found.references},
        "warnings": list(found.warnings),
        "findings": found.analysis.counts,
    }
