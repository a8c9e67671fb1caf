"""`pipeline`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, Yes, examples, group, in_context
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.targets import Prepared
    from lambda_migrate.workflow.target import Place

app = group("Have the service checked, built and deployed whenever its branch changes.")


@app.command(cls=Command, epilog=examples("pipeline deploy --dry-run", "pipeline deploy"))
@in_context
def deploy(context: Context, *, yes: Yes = False, dry_run: DryRun = False) -> Result:
    """Make the pipeline of the service, or bring it up to date."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import (  # noqa: PLC0415  # as above
        running,
        service,  # only commands that change something need it
        target,
    )

    found = target.place(context, with_function=True)
    prepared = _prepared(context, found)
    plan = replace(target.as_plan(found, prepared), phase="pipeline")
    if plan.steps and not plan.function:
        raise ConfigError(
            f"function `{context.migration.function}` does not exist, and no ledger knows it",
            hint="what is made is recorded in the function's ledger; name the one in `ledger:`",
        )

    def agree() -> None:
        confirm.agree(context, f"Make the pipeline of {found.site.name}?", yes=yes)
        service.write(prepared)

    result = running.carry_out(context, plan, agree=agree, dry_run=dry_run)
    return result if result.error else replace(result, next=("pipeline status",))


def _prepared(context: Context, found: Place) -> Prepared:
    from lambda_migrate.workflow import pipeline  # noqa: PLC0415  # as above

    context.progress.begin("looking at what there is already")
    prepared = pipeline.prepare(context.looking, found.site, found.settings, context.migration.pipeline)
    context.progress.end()
    return prepared


@app.command(cls=Command, epilog=examples("pipeline status", "pipeline status --json | jq .data.facts.stages"))
@in_context
def status(context: Context) -> Result:
    """Show how the latest run of the pipeline is."""
    from lambda_migrate.workflow import pipeline, target  # noqa: PLC0415  # as above

    state = pipeline.state(context.looking, target.place(context, with_function=False).site)
    error = None
    if state.condition in ("absent", "unhealthy"):
        hints = {"absent": "`lambda-migrate pipeline deploy` makes it", "unhealthy": "mend it, then push again"}
        error = GateClosed(f"the pipeline is {state.condition}", hint=hints[state.condition])
    data: dict[str, Any] = state.to_dict()
    return Result(data, f"{state.condition}: {state.text}", error=error)
