"""`cutover`."""

from __future__ import annotations

from typing import Annotated

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Bake, Command, DryRun, SavedPlan, Weights, Yes, application, context_of, examples
from lambda_migrate.errors import ConfigError
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import overrides
from lambda_migrate.workflow.promotion import promote
from lambda_migrate.workflow.run import run

app = application()


@app.command(
    cls=Command,
    epilog=examples(
        "cutover --dry-run",
        "cutover --weights 10,50,100 --bake 15m",
        "cutover --direct",
        "cutover --domain api.example.com --dry-run",
        "cutover --plan cutover.json",
        'cutover promote --reason "no traffic on Sundays"',
    ),
)
def cutover(  # noqa: PLR0913  # one parameter for each option
    called: typer.Context,
    word: Annotated[
        str | None, typer.Argument(metavar="promote", help="Let one step pass that was inconclusive; needs --reason.")
    ] = None,
    *,
    direct: Annotated[bool, typer.Option("--direct", help="Point the triggers straight to the service.")] = False,
    domain: Annotated[
        str | None, typer.Option("--domain", help="Move a name from API Gateway to the service.", metavar="NAME")
    ] = None,
    weights: Weights = None,
    bake: Bake = None,
    plan: SavedPlan = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    reason: Annotated[str, typer.Option("--reason", help="Why `promote` lets it pass; the ledger keeps it.")] = "",
) -> Result:
    """Move traffic to the service, step by step, each watched and judged."""
    context = context_of(called)
    if word == "promote":
        return promote(context, reason, Confirmation(context, yes, planned=False))
    if word or reason:
        problem = f"`cutover` does not take `{word}`" if word else "`--reason` belongs to `cutover promote`"
        raise ConfigError(problem, hint='write it like `cutover promote --reason "no traffic on Sundays"`')
    if direct and domain:
        raise ConfigError("`--direct` and `--domain` are two commands", hint="run `cutover --direct` first")
    if direct and weights:
        raise ConfigError("`--direct` moves triggers, it does not take `--weights`", hint="leave one of the two out")
    return run(
        context,
        "direct" if direct else "domain" if domain else "cutover",
        overrides.given(weights=weights, bake=bake, domain=domain),
        confirm=Confirmation(context, yes),
        dry_run=dry_run,
        saved=plan,
    )
