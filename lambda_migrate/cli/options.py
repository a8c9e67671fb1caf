"""The options that every command takes, and the decorator that turns them into a Context."""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lambda_migrate.cli.fast_options import Group
from lambda_migrate.workflow.call import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.render.result import Result

CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"]}

Yes = Annotated[bool, typer.Option("--yes", "-y", envvar="LAMBDA_MIGRATE_YES", help="Do not ask.")]
SavedPlan = Annotated[
    Path | None, typer.Option("--plan", help="Run exactly this saved plan, or refuse.", metavar="FILE")
]
Events = Literal["none", "non-api", "api", "all"]
Weights = Annotated[
    str | None, typer.Option("--weights", help="Percent on the proxy, step by step.", metavar="10,50,100")
]
Bake = Annotated[str | None, typer.Option("--bake", help="How long each step is watched.", metavar="DURATION")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Stop after showing the plan.")]


def _shared(
    *,
    config: Annotated[
        Path,
        typer.Option("--config", "-c", envvar="LAMBDA_MIGRATE_CONFIG", help="The configuration.", metavar="FILE"),
    ] = Path("migration.yaml"),
    profile: Annotated[
        str | None, typer.Option("--profile", envvar="AWS_PROFILE", help="AWS profile.", metavar="NAME")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="AWS region.", metavar="NAME"),
    ] = None,
    endpoint_url: Annotated[
        str | None,
        typer.Option("--endpoint-url", envvar="AWS_ENDPOINT_URL", help="Reach AWS at this URL.", metavar="URL"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="LAMBDA_MIGRATE_DEBUG", help="Show AWS calls, and tracebacks.")
    ] = False,
) -> None:
    """Hold the options; :func:`in_context` reads them off the signature."""


def shared_names() -> list[str]:
    """Return the names of the options that every command takes."""
    return list(inspect.signature(_shared).parameters)


def in_context(function: Callable[..., Result]) -> Callable[..., Result]:
    """Give a command the shared options: its first parameter becomes the :class:`Context` made of them."""
    shared = inspect.signature(_shared, eval_str=True).parameters
    _context, *own = inspect.signature(function, eval_str=True).parameters.values()
    called = inspect.Parameter("called", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)

    @functools.wraps(function)
    def command(called: typer.Context, **given: Any) -> Result:
        from lambda_migrate.workflow.context import Context  # noqa: PLC0415  # `--help` loads this file and not a session

        options = Options(**{name: given.pop(name) for name in shared})
        return function(Context(options, called.obj, called.command_path.split()[1:]), **given)

    parameters = [
        called,
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *shared.values())),
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions may carry one
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def examples(*lines: str) -> str:
    """Return the examples of a command's help; each line is what follows ``lambda-migrate``."""
    return "\n".join(["\b", "Examples:", *(f"  lambda-migrate {line}" for line in lines)])


def application() -> typer.Typer:
    """Return an empty application in the house style, for a command's module."""
    return typer.Typer(
        cls=Group,
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
