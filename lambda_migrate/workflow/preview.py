"""The plan of a phase, shown and saved, with nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import function_name
from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import pages
from lambda_migrate.planner import proxy
from lambda_migrate.planner.journey import command, named
from lambda_migrate.render.plan import consoles
from lambda_migrate.render.plan import plan as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import console_pages, freeze_guard, phases, readiness, saved_plan
from lambda_migrate.workflow.execution import require_no_other_run
from lambda_migrate.workflow.overrides import require_taken
from lambda_migrate.workflow.phase import PhaseWork

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import PhaseKind


def preview(context: Context, phase: str | None, overrides: Overrides, out: Path | None = None) -> Result:
    """Plan a phase and show it; changes nothing in AWS.

    Args:
        context: Of the command.
        phase: Its name; None plans what comes next.
        overrides: What the command line says in place of migration.yaml.
        out: Where the plan is saved, or None.

    Raises:
        ConfigError: The phase does not take one of the overrides, or the file cannot be written.
        GateClosed: What comes next is to finish a run that is not planned here.
    """
    kind = phases.load(_chosen(context, phase))
    require_taken(kind.phase.name, kind.overrides, overrides)
    inputs = kind.gather(context, overrides)
    overrides = overrides if phase else _coming(context, kind, overrides, inputs)
    planned = kind.plan(inputs, context.migration, overrides)
    plan = readiness.looked_at(kind, PhaseWork(context, inputs, planned))
    freeze_guard.warn_of_changes(context)
    consoled = console_pages.of_plan(context, plan)
    heading = "\n".join([context.heading(f"phase: {plan.phase}"), *consoles(consoled, context.paint)])
    text = f"{heading}\n\n{rendered(plan, context.paint)}"
    under_way = context.status().unfinished
    if under_way:
        text += f"\n\nNot finished: {under_way['phase']} of {under_way['at']}, which goes on by its own plan."
    data = {"plan": plan.to_dict(), "describe": {step.id: step.action.describe() for step in plan.steps}}
    if consoled:
        data["console"] = consoled
    if out:
        saved_plan.write(out, planned)
        text += f"\n\nSaved in `{out}`."
    if plan.blockers:
        return Result(data, text, error=_blocked(plan))
    following = ("status",) if under_way or not plan.steps else (_next(context, kind, overrides, out),)
    return Result(data, text, following)


def _chosen(context: Context, phase: str | None) -> str:
    chosen = phase or context.status().phase
    known = named(chosen)
    if known is None or not known.planned:
        require_no_other_run(context, "")
    return chosen


def _coming(context: Context, kind: PhaseKind, overrides: Overrides, inputs: Any) -> Overrides:
    """Return the overrides with the events that the next proxy version takes, where nobody names any."""
    named_elsewhere = overrides.events or "events" in context.migration.proxy.model_fields_set
    status = context.status()
    if kind.phase.name != "proxy" or named_elsewhere or status.unfinished:
        return overrides
    later = "proxy deploy --events all" in status.next
    return replace(overrides, events="all" if later else proxy.first_events(inputs.inventory))


def _blocked(plan: Plan) -> GateClosed:
    more = f" (and {len(plan.blockers) - 1} more)" if len(plan.blockers) > 1 else ""
    return GateClosed.by(
        plan.blockers[0],
        message=f"`{plan.phase}` of `{function_name(plan.function)}` cannot run yet: {plan.blockers[0]}{more}",
        hint=pages.hint(plan.blockers) or "what is in the way is shown above",
    )


def _next(context: Context, kind: PhaseKind, overrides: Overrides, out: Path | None) -> str:
    """Return the command that does what was shown; what cannot be undone, and keys, are planned again when they run."""
    line = command(kind.phase.name, context.migration.function)
    if out and kind.savable:
        return f"{line} --plan {out}"
    return " ".join([line, *(f"--{name} {text}" for name, text in overrides.options().items())])
