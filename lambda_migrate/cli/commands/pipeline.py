"""`pipeline`."""

from __future__ import annotations

from dataclasses import replace

import typer

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.options import Command, DryRun, Yes, context_of, examples, group
from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import pipeline_condition
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import pipeline, target
from lambda_migrate.workflow.run import run

app = group("Have the service checked, built and deployed whenever its branch changes.")

HINTS = {"absent": "`lambda-migrate pipeline deploy` makes it", "unhealthy": "fix it, then push again"}


@app.command(cls=Command, epilog=examples("pipeline deploy --dry-run", "pipeline deploy"))
def deploy(called: typer.Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Make the pipeline of the service, or bring it up to date."""
    context = context_of(called)
    result = run(context, "pipeline", confirm=Confirmation(context, yes), dry_run=dry_run)
    return result if result.error else replace(result, next=("pipeline status",))


@app.command(cls=Command, epilog=examples("pipeline status", "pipeline status --json | jq .data.facts.stages"))
def status(called: typer.Context) -> Result:
    """Show how the latest run of the pipeline is."""
    context = context_of(called)
    state = pipeline.state(context.aws_read_only, target.place(context, with_function=False).deployment)
    hint = HINTS.get(state.condition)
    error = GateClosed(f"the pipeline is {state.condition}", gate=pipeline_condition.NAME, hint=hint) if hint else None
    return Result(state.to_dict(), f"{state.condition}: {state.text}", error=error)
