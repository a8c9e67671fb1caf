"""`retire`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, application, examples, in_context
from lambda_migrate.errors import NotFound
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.engine.runs import Run

app = application()


@app.command(cls=Command, epilog=examples("retire --dry-run", "retire", "retire --confirm orders"))
@in_context
def retire(
    context: Context,
    *,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="The function's name, instead of typing it.", metavar="NAME")
    ] = None,
    dry_run: DryRun = False,
) -> Result:
    """Delete the function, last, once nothing invokes it; this cannot be undone."""
    from lambda_migrate.cli.confirm import agree_by_name  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.workflow import freeze_guard, phases, running  # noqa: PLC0415  # only commands that change something need it

    try:
        found, made = phases.make(context, "retire", phases.Wishes())
    except NotFound:
        last = _last(context)
        if last is None:
            raise
        return _ended(context, last, dry_run=dry_run)
    name, versions = found.function.name, len(found.function.versions)

    def agree() -> None:
        context.terminal.say(
            f"\nThis deletes function `{name}` and its {counted(versions, 'version')}; it cannot be undone."
        )
        agree_by_name(context, name, confirm=confirm)

    result = running.carry_out(context, made, agree=agree, dry_run=dry_run)
    if result.data.get("applied"):
        freeze_guard.lift(context, found.function.arn)
    return result


def _last(context: Context) -> Run | None:
    """Return the run that deleted the function, or had begun to; None where the ledger knows of none."""
    from lambda_migrate.engine.runs import runs  # noqa: PLC0415  # as above

    for run in reversed(runs(context.ledger)):
        if run.phase == "retire" and run.closed != "rolled-back":
            last = run.plan.steps[-1].id
            begun = run.dangling is not None and run.dangling.id == last
            return run if begun or last in run.applied else None
    return None


def _ended(context: Context, run: Run, *, dry_run: bool) -> Result:
    """Return that the function is gone, by our own run; record it where a crash came in between."""
    from lambda_migrate.workflow import freeze_guard, running  # noqa: PLC0415  # as above

    text, arn = f"`{context.migration.function}` is deleted, by the run of {run.at}.", run.plan.function
    if run.closed or dry_run:
        return Result({"applied": [], "run": run.number}, f"Nothing to do: {text}", ("status",))
    with running.at_work(context, arn) as executor:
        finished = executor.run(run.plan)
    freeze_guard.lift(context, arn)
    return Result({"applied": list(finished.applied), "run": run.number}, f"\n{text}", ("status",))
