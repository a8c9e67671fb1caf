"""The one way in which a phase runs: gathered, planned, shown, gated, asked for, recorded, done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.engine.runs import open_run
from lambda_migrate.errors import GateClosed, MigrateError, NotFound
from lambda_migrate.gates import pages
from lambda_migrate.planner import cutover
from lambda_migrate.render.drawing import columns
from lambda_migrate.render.plan import consoles, steps
from lambda_migrate.render.plan import plan as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import console_pages, freeze_guard, phases, readiness, saved_plan
from lambda_migrate.workflow.execution import require_no_other_run
from lambda_migrate.workflow.overrides import Overrides, require_same_overrides, require_taken
from lambda_migrate.workflow.phase import PhaseWork

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm, PhaseKind

NO_OVERRIDES = Overrides()


def run(
    context: Context,
    phase: str,
    overrides: Overrides = NO_OVERRIDES,
    *,
    confirm: Confirm,
    dry_run: bool = False,
    saved: Path | None = None,
) -> Result:
    """Run a phase, or carry on with the run of it that is open.

    Args:
        context: Of the command.
        phase: Its name.
        overrides: What the command line says in place of migration.yaml.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing the plan.
        saved: The file of a saved plan, which is run exactly.

    Raises:
        ConfigError: The phase does not take one of the overrides, or the saved plan is not one.
        GateClosed: Something does not hold that has to, or the run of another phase is open.
        Drifted: AWS is not what the plan saw, or what the code freeze recorded.
        StalePlan: The saved plan was made from a world that has moved.
    """
    kind = phases.load(phase)
    require_taken(kind.phase.name, kind.overrides, overrides)
    try:
        inputs = kind.gather(context, overrides)
    except NotFound as error:
        if kind.on_missing is None:
            raise
        return kind.on_missing(context, error, dry_run=dry_run)
    work, blocked = _chosen(kind, context, inputs, overrides, saved)
    if dry_run:
        work = replace(work, plan=readiness.looked_at(kind, work))
        blocked = _blocked(work.plan) if work.plan.blockers else None
    text, data = _shown(kind, work), {"plan": work.plan.to_dict(), **kind.data(inputs)}
    if shown := console_pages.of_plan(context, work.plan):
        data["console"] = shown
    if dry_run:
        freeze_guard.warn_of_changes(context)
        return Result({**data, "dry_run": True}, text, error=blocked)
    if blocked:
        return Result(data, text, error=blocked)
    if not work.plan.steps and not kind.works_without_steps:
        return Result({**data, "applied": []}, text, context.status().next[:1])
    return _perform(kind, work, confirm, text, data)


def _chosen(
    kind: PhaseKind, context: Context, inputs: Any, overrides: Overrides, saved: Path | None
) -> tuple[PhaseWork, GateClosed | None]:
    """Return what is to be done, and what stands against it.

    An open run is carried on with its own plan, whatever stands against a new one; not so what cannot be undone, which
    has to be proven again.
    """
    planned = kind.plan(inputs, context.migration, overrides)
    plan = saved_plan.read(context, saved, planned) if saved else planned
    unfinished = _unfinished(context, kind, plan)
    if unfinished:
        require_same_overrides(unfinished, overrides, plan if saved else None)
    irreversible = unfinished is None or any(not step.action.reversible for step in unfinished.remaining)
    if plan.blockers and irreversible:
        return PhaseWork(context, inputs, plan), _blocked(plan)
    if unfinished:
        recorded = cutover.guarded(unfinished.plan, context.migration)
        return PhaseWork(context, inputs, recorded, unfinished, _otherwise(unfinished, planned)), None
    return PhaseWork(context, inputs, plan), None


def _otherwise(run: Run, planned: Plan) -> tuple[str, ...]:
    """Return the steps to go, by their ids, that would do the same in another way if they were planned now."""
    now = [step.action for step in planned.steps]
    return tuple(
        step.id
        for step in run.remaining
        if step.action not in now and step.action.describe() in [each.describe() for each in now]
    )


def _perform(kind: PhaseKind, work: PhaseWork, confirm: Confirm, text: str, data: dict[str, Any]) -> Result:
    """Show the plan, see that everything holds that has to, ask, and do it."""
    context = work.context
    context.terminal.say(text)
    if kind.on_drift == "refuse":
        freeze_guard.require_unchanged(context)
    elif kind.on_drift == "warn":
        freeze_guard.warn_of_changes(context)
    for blocker in kind.gates(context, work.inputs, work.plan, wait=True):
        raise GateClosed.by(str(blocker), hint=pages.hint([str(blocker)]))
    confirm(kind.question(work.plan, work.inputs))
    context.terminal.say()
    try:
        result = kind.perform(work)
    except MigrateError as error:
        error.console = console_pages.of_function(context, work.plan.function)
        raise
    return Result({**data, **result.data}, result.text, result.next, result.error)


def _unfinished(context: Context, kind: PhaseKind, plan: Plan) -> Run | None:
    """Return the open run that is carried on; one of another phase stands in the way where there are steps to run.

    Raises:
        GateClosed: It does.
    """
    run = open_run(context.ledger)
    if kind.works_without_steps and not plan.steps and run is not None and run.phase != kind.phase.name:
        return None
    return require_no_other_run(context, kind.phase.name)


def _blocked(plan: Plan) -> GateClosed:
    more = f" (and {len(plan.blockers) - 1} more)" if len(plan.blockers) > 1 else ""
    page = pages.hint(plan.blockers[:1]) or "everything in the way is shown above"
    return GateClosed.by(plan.blockers[0], message=f"{plan.blockers[0]}{more}", hint=f"nothing was changed; {page}")


def _shown(kind: PhaseKind, work: PhaseWork) -> str:
    """Return a plan for a person; of a run that is carried on, what is applied and what is left."""
    plan, run, paint = work.plan, work.unfinished, work.context.paint
    heading = "\n".join(
        [work.context.heading(f"phase: {plan.phase}"), *consoles(console_pages.of_plan(work.context, plan), paint)]
    )
    if run:
        applied, left = len(run.applied), run.remaining
        text = f"Carrying on with the run of {run.at}: {applied} of {len(plan.steps)} steps are applied."
        text += "" if left else f" What is left is the {kind.last}."
        if work.otherwise:
            text += (
                f"\nmigration.yaml has changed since; these steps go on as planned: {', '.join(work.otherwise)}."
                " To start over, run `lambda-migrate rollback --last` first."
            )
        return "\n".join([heading, "", text, *steps(left, paint)])
    facts = kind.facts(work.inputs)
    if facts is None:
        return f"{heading}\n\n{rendered(plan, paint)}"
    changes = [rendered(plan, paint)] if plan.steps or plan.blockers or plan.warnings else []
    return "\n".join([heading, "", *columns(list(facts), paint.width), *changes])
