"""`rollback`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from lambda_migrate.cli.fast_options import Command
from lambda_migrate.cli.options import DryRun, Yes, application, examples, in_context
from lambda_migrate.errors import ConfigError, GateClosed
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.runs import Run

app = application()


@app.command(
    cls=Command, epilog=examples("rollback --dry-run", "rollback --last", "rollback --to 02-shift_weight", "rollback")
)
@in_context
def rollback(
    context: Context,
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="Go back to this step, which then still stands; RUN/STEP where several have it.",
            metavar="STEP",
        ),
    ] = "",
    last: Annotated[bool, typer.Option("--last", help="Take back the latest run only.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Take back what was done, the latest first, from the ledger alone."""
    from lambda_migrate.cli import confirm  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.engine.runs import runs  # noqa: PLC0415  # as above
    from lambda_migrate.render.plan import steps as listed  # noqa: PLC0415  # as above
    from lambda_migrate.workflow import freeze_guard, running  # noqa: PLC0415  # only commands that change something need it

    ledger = context.ledger
    chosen = _chosen(runs(ledger), last=last)
    taken = _on_the_way(chosen, to)
    steps = [step for _run, steps in taken for step in steps]
    identity = ledger.identity
    if identity is None or not chosen:
        return Result({"undone": []}, "Nothing to take back: the ledger holds no step that stands.", ("status",))
    context.require_place()
    name = identity.function.rpartition(":")[2]
    text = context.heading("rollback", name)
    for run, back in taken:
        title = context.paint(f"{run.phase} of {run.at}", "bold")
        text += "\n".join([f"\n\n{title} (run {run.number})", *listed(back, context.paint, brief=True)])
    text += f"\n\n{len(steps)} to take back, the latest first."
    final = next((step for step in steps if not step.action.reversible), None)
    if final:
        text += f" It ends before {final.id}, which cannot be undone: {final.action.describe()}."
    if final and final is steps[0]:
        raise _final(final)
    freeze_guard.told(context)
    if dry_run:
        return Result({"steps": [step.to_dict() for step in steps], "dry_run": True}, text)
    context.terminal.say(text)
    confirm.agree(context, "Take them back?", yes=yes)
    context.terminal.say()
    with running.at_work(context, identity.function) as executor:
        again = [run for run in runs(executor.ledger) if run.number in {taken.number for taken in chosen}]
        undone = executor.rollback(again, to=to)
        following = context.stand(executor.ledger).next[:1]
    return Result({"undone": [step.id for step in undone]}, f"\nTaken back: {len(undone)}.", following)


def _chosen(every: list[Run], *, last: bool) -> list[Run]:
    standing = [run for run in every if run.applied or run.dangling]
    return standing[-1:] if last else standing


def _on_the_way(chosen: list[Run], to: str) -> list[tuple[Run, list[Step]]]:
    """Return the steps to take back, the latest first, by the run that they belong to.

    Raises:
        ConfigError: The step to go back to does not stand.
    """
    taken: list[tuple[Run, list[Step]]] = []
    for run in reversed(chosen):
        steps: list[Step] = []
        for step in run.standing:
            if to and run.is_called(step, to):
                return [*taken, (run, steps)] if steps else taken
            steps.append(step)
        taken.append((run, steps))
    if to:
        near = difflib.get_close_matches(to, [step.id for _run, steps in taken for step in steps], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`lambda-migrate rollback --dry-run` lists those that do"
        raise ConfigError(f"no step `{to}` stands", hint=hint)
    return taken


def _final(step: Step) -> GateClosed:
    kind = step.action.kind
    return GateClosed(
        f"{step.id} cannot be undone: {step.action.describe()}",
        hint=f"nothing was changed; `lambda-migrate explain {kind}` says what is left",
    )
