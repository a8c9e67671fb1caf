"""`analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lambda_migrate.analyzer.formats import FORMATS, text
from lambda_migrate.cli.options import Command, Include, Requirements, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import code_gate

app = application()

Format = Literal["text", "json", "sarif", "github", "statistics"]


@app.command(
    cls=Command,
    epilog=examples("analyze", "analyze src --handler app.main.handler", "analyze --format sarif > findings.sarif"),
)
def analyze(  # one parameter for each option
    called: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(help="Folder of the code; default: the lifted code, else `source`, else this one.")
    ] = None,
    *,
    handler: Annotated[
        str | None, typer.Option("--handler", help="The function's handler; default: detected.", metavar="NAME")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", envvar="LAMBDA_MIGRATE_ANALYZE_FORMAT", help="Output format.")
    ] = "text",
    every: Annotated[
        bool,
        typer.Option("--all", envvar="LAMBDA_MIGRATE_ANALYZE_ALL", help="Show every line, not the first of each file."),
    ] = False,
    requirements: Requirements = None,
    include: Include = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count by rule; as `--format statistics`.")] = False,
) -> Result:
    """Find what will behave differently off Lambda, in the source code; runs nothing."""
    context = context_of(called)
    if statistics and form not in ("text", "statistics"):
        raise ConfigError(f"`--statistics` and `--format {form}` are two formats", hint="give one of them")
    form = "statistics" if statistics else form
    folder = source or code_gate.code_of(context) or Path()
    if not folder.is_dir():
        raise ConfigError(f"`{folder}` is not a directory", hint="name the folder of the function's code")
    analysis = code_gate.analyzed(context, folder, handler, requirements or (), include or ())
    if not analysis.reached:
        raise ConfigError(f"no Python files in `{folder}`", hint="name the folder of the function's code")
    if form == "text":
        written = text.render(analysis, all_lines=every, paint=context.paint, width=context.paint.width)
    else:
        written = FORMATS[form](analysis)
    if analysis.blocking:
        return Result(analysis.to_json(), written, error=code_gate.blocked(analysis))
    return Result(analysis.to_json(), written)
