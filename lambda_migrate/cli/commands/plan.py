"""`plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.options import Command, Events, application, context_of, examples
from lambda_migrate.planner.journey import PHASES
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides
from lambda_migrate.workflow.preview import preview

app = application()

if TYPE_CHECKING:
    Phase = str
else:
    Phase = Literal[tuple(phase.name for phase in PHASES if phase.planned)]


@app.command(
    cls=Command,
    epilog=examples(
        "plan",
        "plan --phase cutover --weights 5,25,100 --out cutover.json",
        "plan --phase retire --json",
        "plan --phase rotate",
    ),
)
def plan(  # one parameter for each option
    called: typer.Context,
    *,
    phase: Annotated[Phase | None, typer.Option("--phase", help="What to plan; default: what comes next.")] = None,
    events: Annotated[Events | None, typer.Option("--events", help="What a proxy version passes on.")] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", help="Percent of the traffic on the proxy, step by step.")
    ] = None,
    bake: Annotated[str | None, typer.Option("--bake", help="How long each step is watched.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Save the plan, to be run by --plan.", metavar="FILE")
    ] = None,
) -> Result:
    """Show what would change, and change nothing."""
    context = context_of(called)
    return preview(context, phase, overrides.given(events=events, weights=weights, bake=bake), out)
