"""The options that every command takes, and the command that makes a context of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lambda_migrate.cli.fast_options import ActingGroup, Group, QuickCommand
from lambda_migrate.errors import NotFound
from lambda_migrate.workflow.call import GlobalOptions, upwards

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"]}

Yes = Annotated[bool, typer.Option("--yes", "-y", envvar="LAMBDA_MIGRATE_YES", help="Do not ask.")]
SavedPlan = Annotated[
    Path | None, typer.Option("--plan", help="Run exactly this saved plan, or refuse.", metavar="FILE")
]
Events = Literal["none", "non-api", "api", "all"]
Weights = Annotated[
    str | None,
    typer.Option("--weights", help="Percent of the traffic on the proxy, step by step.", metavar="10,50,100"),
]
Bake = Annotated[str | None, typer.Option("--bake", help="How long each step is watched.", metavar="DURATION")]
Requirements = Annotated[
    list[Path] | None,
    typer.Option("--requirements", help="File that lists the requirements; default: detected.", metavar="FILE"),
]
Include = Annotated[
    list[Path] | None,
    typer.Option("--include", help="Folder of code that is deployed with the function.", metavar="FOLDER"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Stop after showing the plan.")]


def _shared(  # noqa: PLR0913  # one parameter for each option
    *,
    config: Annotated[
        Path,
        typer.Option("--config", "-c", envvar="LAMBDA_MIGRATE_CONFIG", help="The configuration.", metavar="FILE"),
    ] = Path("migration.yaml"),
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile", envvar=["LAMBDA_MIGRATE_PROFILE", "AWS_PROFILE"], help="AWS profile.", metavar="NAME"
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            envvar=["LAMBDA_MIGRATE_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"],
            help="AWS region.",
            metavar="NAME",
        ),
    ] = None,
    endpoint_url: Annotated[
        str | None,
        typer.Option(
            "--endpoint-url",
            envvar=["LAMBDA_MIGRATE_ENDPOINT_URL", "AWS_ENDPOINT_URL"],
            help="Reach AWS at this URL.",
            metavar="URL",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", envvar="LAMBDA_MIGRATE_JSON", help="Print one JSON document and nothing else.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="LAMBDA_MIGRATE_DEBUG", help="Show AWS calls, and tracebacks.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", envvar="LAMBDA_MIGRATE_VERBOSE", help="Show AWS calls.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", envvar="LAMBDA_MIGRATE_QUIET", help="Tell results and errors only.")
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", envvar=["LAMBDA_MIGRATE_NO_COLOR", "NO_COLOR"], help="Write without colours.")
    ] = False,
) -> None:
    """Hold the options; their names are those of :class:`GlobalOptions`."""


@cache
def shared_options() -> tuple[Any, ...]:
    """Return the options that every command takes, as typer makes them."""
    holder = application()
    holder.command()(_shared)
    return tuple(option for option in typer.main.get_command(holder).params if option.name in GlobalOptions._fields)


def shared_names() -> list[str]:
    """Return the names of the options that every command takes."""
    return list(GlobalOptions._fields)


HERE = ("init", "sandbox", "demo", "up", "down")
"""Commands that are about this very folder, whatever is above it."""


class Command(QuickCommand):
    """A command that takes the shared options besides its own; they become the context that it works in."""

    def __init__(self, name: str | None, *, params: list[Any], **rest: Any) -> None:
        super().__init__(name, params=[*params, *shared_options()], **rest)

    def invoke(self, ctx: Any) -> Any:
        """Call the command's function, with the context as the `obj` of what typer hands it."""
        from lambda_migrate.workflow.context import Context  # noqa: PLC0415  # `--help` loads this file and not a session

        options = GlobalOptions(**{name: ctx.params.pop(name) for name in GlobalOptions._fields})
        if self.name not in HERE:
            options = options._replace(config=upwards(options.config))
        ctx.obj = context = Context(options, ctx.obj, ctx.command_path.split()[1:])
        try:
            return super().invoke(ctx)
        except NotFound as error:
            raise context.told_of_the_end(error) from error


def context_of(called: typer.Context) -> Context:
    """Return the context that a command works in.

    Args:
        called: What typer hands the command's function.
    """
    context: Context = called.obj
    return context


def examples(*lines: str) -> str:
    """Return the examples of a command's help; each line is what follows ``lambda-migrate``."""
    return "\n".join(["\b", "Examples:", *(f"  lambda-migrate {line}" for line in lines)])


def application(cls: type[Group] = Group, **rest: Any) -> typer.Typer:
    """Return an empty application in the house style, for a command's module."""
    return typer.Typer(
        cls=cls,
        **rest,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=CONTEXT_SETTINGS,
    )


def group(summary: str) -> typer.Typer:
    """Return an empty application for a group of commands, which shows its help where none of them is named."""
    made = application()

    @made.callback(help=summary, invoke_without_command=True)
    def _group(called: typer.Context) -> None:
        if called.invoked_subcommand is None:
            typer.echo(called.get_help())

    return made


def acting_group(summary: str, usage: str, epilog: str) -> typer.Typer:
    """Return an empty application for a group whose name alone calls its command ``ALONE``.

    Args:
        summary: What that does, in one sentence.
        usage: The other commands, for the usage line: ``[shadow|load]``.
        epilog: Examples.
    """
    return application(ActingGroup, help=summary, subcommand_metavar=usage, epilog=epilog)
