"""`plan`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import application, examples, in_context
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.gates import pages
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.workflow.phases import Wishes

app = application()

Phase = Literal["proxy", "cutover", "direct", "rotate", "rotate-finish", "retire"]
SAVED = ("proxy", "cutover", "direct")
"""The phases whose commands take `--plan`."""

Events = Literal["none", "non-api", "api", "all"]


@app.command(
    cls=Command,
    epilog=examples(
        "plan",
        "plan --phase cutover --weights 5,25,100 --out cutover.json",
        "plan --phase retire --json",
        "plan --phase rotate",
    ),
)
@in_context
def plan(  # one parameter for each option
    context: Context,
    *,
    phase: Annotated[Phase | None, typer.Option("--phase", help="What to plan; default: what comes next.")] = None,
    events: Annotated[Events | None, typer.Option("--events", help="What a proxy version passes on.")] = None,
    weights: Annotated[str | None, typer.Option("--weights", help="Percent on the proxy, step by step.")] = None,
    bake: Annotated[str | None, typer.Option("--bake", help="How long each step is watched.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Save the plan, to be run by --plan.", metavar="FILE")
    ] = None,
) -> Result:
    """Show what would change, and change nothing."""
    from lambda_migrate.render.plan import plan as shown  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import freeze_guard, phases, readiness, running  # noqa: PLC0415  # only commands that plan need it

    wishes = phases.Wishes(events, phases.weights(weights), phases.duration("--bake", bake))
    chosen = phase or context.stand().phase
    if chosen not in phases.TAKES:
        running.require_no_other_run(context, "")
    found, made = phases.make(context, chosen, wishes)
    now = readiness.looked_at(context, found.function, made)
    freeze_guard.told(context)
    text = f"{context.heading(f'phase: {made.phase}')}\n\n{shown(now, context.paint)}"
    under_way = context.stand().unfinished
    if under_way:
        text += f"\n\nNot finished: {under_way['phase']} of {under_way['at']}, which goes on by its own plan."
    data = {"plan": now.to_dict(), "describe": {step.id: step.action.describe() for step in made.steps}}
    if out:
        _save(out, made.to_dict())
        text += f"\n\nSaved in `{out}`."
    if now.blockers:
        hint = pages.hint(now.blockers) or "what is in the way is shown above"
        more = f" (and {len(now.blockers) - 1} more)" if len(now.blockers) > 1 else ""
        told = f"`{made.phase}` of `{found.function.name}` cannot run yet: {now.blockers[0]}{more}"
        return Result(data, text, error=GateClosed(told, hint=hint))
    following = ("status",) if under_way or not made.steps else _next(context, made.phase, out, wishes)
    return Result(data, text, following)


def _next(context: Context, phase: str, out: Path | None, wishes: Wishes) -> tuple[str, ...]:
    """Return the command that does what was shown; what cannot be undone, and keys, are planned anew when they run."""
    from lambda_migrate.engine.commands import COMMANDS  # noqa: PLC0415  # as above

    command = COMMANDS[phase].format(function=context.migration.function)
    if out and phase in SAVED:
        return (f"{command} --plan {out}",)
    return (" ".join([command, *(f"--{name} {text}" for name, text in wishes.options().items())]),)


def _save(path: Path, document: dict[str, object]) -> None:
    try:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file in `--out`"
        ) from error
