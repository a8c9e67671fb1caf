"""`cutover`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, SavedPlan, Yes, application, examples, in_context
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory

app = application()


@app.command(
    cls=Command,
    epilog=examples(
        "cutover --dry-run", "cutover --weights 10,50,100 --bake 15m", "cutover --direct", "cutover --plan cutover.json"
    ),
)
@in_context
def cutover(  # one parameter for each option
    context: Context,
    *,
    direct: Annotated[bool, typer.Option("--direct", help="Point the triggers straight to the service.")] = False,
    weights: Annotated[
        str | None, typer.Option("--weights", help="Percent on the proxy, step by step.", metavar="10,50,100")
    ] = None,
    bake: Annotated[
        str | None, typer.Option("--bake", help="How long each step is watched.", metavar="DURATION")
    ] = None,
    plan: SavedPlan = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Move traffic to the service, step by step, each watched and judged."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.workflow import phases, readiness, running  # noqa: PLC0415  # only commands that change something need it

    if direct and weights:
        raise ConfigError("`--direct` moves triggers, it knows no `--weights`", hint="leave one of the two out")
    wishes = phases.Wishes(None, phases.weights(weights), phases.duration("--bake", bake))
    phase = "direct" if direct else "cutover"
    found, made = phases.make(context, phase, wishes)
    chosen = phases.saved(context, plan, phase, made) if plan else made
    shown = readiness.looked_at(context, found.function, chosen) if dry_run else chosen
    return running.carry_out(
        context,
        shown,
        agree=lambda: confirm.agree(context, _question(chosen, found), yes=yes),
        dry_run=dry_run,
        before=lambda: readiness.require(context, found.function, chosen),
        begun=lambda run: phases.require_as_begun(run, wishes, chosen if plan else None),
        judge=running.judge(context),
    )


def _question(plan: Plan, found: Inventory) -> str:
    if plan.phase == "direct":
        return f"Point the triggers of {found.function.name} straight to the service?"
    if "to" not in plan.summary:  # a run goes on whose versions somebody has deleted meanwhile
        return f"Carry on with the cutover of {found.function.name}?"
    return f"Move the traffic of {found.function.name} from version {plan.summary['from']} to {plan.summary['to']}?"
