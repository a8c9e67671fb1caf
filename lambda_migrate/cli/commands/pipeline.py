"""`pipeline`."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.cli.confirm import Confirmation
from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, Yes, examples, group, in_context
from lambda_migrate.errors import GateClosed
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import pipeline, target
from lambda_migrate.workflow.context import Context
from lambda_migrate.workflow.run import run

app = group("Have the service checked, built and deployed whenever its branch changes.")

HINTS = {"absent": "`lambda-migrate pipeline deploy` makes it", "unhealthy": "mend it, then push again"}


@app.command(cls=Command, epilog=examples("pipeline deploy --dry-run", "pipeline deploy"))
@in_context
def deploy(context: Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Make the pipeline of the service, or bring it up to date."""
    result = run(context, "pipeline", confirm=Confirmation(context, yes), dry_run=dry_run)
    return result if result.error else replace(result, next=("pipeline status",))


@app.command(cls=Command, epilog=examples("pipeline status", "pipeline status --json | jq .data.facts.stages"))
@in_context
def status(context: Context) -> Result:
    """Show how the latest run of the pipeline is."""
    state = pipeline.state(context.aws_read_only, target.place(context, with_function=False).site)
    hint = HINTS.get(state.condition)
    error = GateClosed(f"the pipeline is {state.condition}", hint=hint) if hint else None
    return Result(state.to_dict(), f"{state.condition}: {state.text}", error=error)
