"""Running a plan: shown, agreed to, recorded, run; and what to type next."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import pages, run_unfinished
from lambda_migrate.gates.gate import closed
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.engine.executor import Executor
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.engine.verdict import Judge
    from lambda_migrate.verify.checks import Check
    from lambda_migrate.workflow.context import Context


def carry_out(
    context: Context,
    plan: Plan,
    *,
    agree: Callable[[], None],
    dry_run: bool,
    before: Callable[[], None] = lambda: None,
    begun: Callable[[Run], None] = lambda _run: None,
    judge: Judge | None = None,
) -> Result:
    """Run a plan, or carry on with the run of the same phase that is open.

    Args:
        context: Of the command.
        plan: What was planned just now, or saved.
        agree: Asks, and raises where the answer is no.
        dry_run: Stop after showing the plan.
        before: What must hold before anything changes; raises where it does not.
        begun: Told of the run that is carried on with; raises where that is not what was asked for.
        judge: Judges gated steps.

    Raises:
        GateClosed: Something is in the way, or another phase is open.
    """
    from lambda_migrate.workflow import freeze_guard  # noqa: PLC0415  # as above

    unfinished = require_no_other_run(context, plan.phase)
    if unfinished:
        begun(unfinished)
    todo = unfinished.plan if unfinished else plan
    blocked = _blocked(plan) if plan.blockers and (unfinished is None or _final(unfinished)) else None
    text = shown(context, plan, None) if blocked else shown(context, todo, unfinished)
    data: dict[str, Any] = {"plan": (plan if blocked else todo).to_dict()}
    if dry_run:
        freeze_guard.told(context)
        return Result({**data, "dry_run": True}, text, error=blocked)
    if blocked:
        return Result(data, text, error=blocked)
    if not todo.steps:
        return Result({**data, "applied": []}, text, context.stand().next[:1])
    context.terminal.say(text)
    freeze_guard.require_unchanged(context, todo)
    before()
    agree()
    context.terminal.say()
    with at_work(context, todo.function, judge) as executor:
        run = executor.run(todo)
        following = context.stand(executor.ledger).next[:1]
    data |= {"run": run.number, "applied": list(run.applied)}
    return Result(data, f"\nDone: {counted(len(run.applied), 'step')} of {todo.phase}.", following)


@contextmanager
def at_work(context: Context, function: str, judge: Judge | None = None) -> Iterator[Executor]:
    """Open the ledger and give an executor that stops at clean points and tells what it does.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
        judge: Judges gated steps.
    """
    from lambda_migrate.engine.executor import Executor  # noqa: PLC0415  # only commands that change something need it
    from lambda_migrate.engine.ledger import Ledger  # noqa: PLC0415  # as above

    identity, aws, progress = context.pinned(function), context.changing, context.progress
    by, command = aws.identity["Arn"], " ".join(context.command)
    with context.call.stop as stop, Ledger.open(context.ledger_path, identity, command=command, by=by) as ledger:
        try:
            yield Executor(ledger, aws, judge=judge, watch=progress, stop=stop, sleep=progress.sleep)
        finally:
            progress.end()


def judge(context: Context) -> Judge:
    """Return what judges gated steps: the traffic of the version on trial, and the service's health."""
    from lambda_migrate.verify import checks, health  # noqa: PLC0415  # httpx is slow to import

    sleep = context.progress.sleep
    return checks.StepJudge(context.looking, context.migration, health.client(), time.time, sleep)


def verified(context: Context, version: str | None) -> Iterator[Check]:
    """Run the checks of `verify` one by one.

    Args:
        context: Of the command.
        version: The proxy version to probe through, or None.
    """
    from lambda_migrate.verify import checks, health  # noqa: PLC0415  # httpx is slow to import

    config, progress = context.migration, context.progress
    with health.client() as client:
        progress.begin(f"asking {config.service.url} how it is")
        yield checks.service_healthy(config, client, progress.note)
        yield checks.endpoint_closed(config, client)
        if version:
            progress.begin(f"probing the service through version {version}")
            yield checks.proxy_reaches_service(context.looking, config, version)[0]
        progress.end()


def require_no_other_run(context: Context, phase: str) -> Run | None:
    """Return the open run that this command carries on with, or None.

    Raises:
        GateClosed: The open run is one of another phase.
    """
    from lambda_migrate.engine.commands import COMMANDS  # noqa: PLC0415  # as above
    from lambda_migrate.engine.runs import open_run  # noqa: PLC0415  # only commands that change something need it

    run = open_run(context.ledger)
    if run is None or not run.under_way:
        return None
    if run.phase != phase:
        command = COMMANDS[run.phase].format(function=context.migration.function)
        text = f"`{run.phase}` of {run.at} is not finished ({counted(len(run.remaining), 'step')} to go)"
        raise GateClosed(
            str(closed(run_unfinished, text)),
            hint=f"finish it (`lambda-migrate {command}`) or take it back (`lambda-migrate rollback --last`)",
        )
    return run


def _final(run: Run) -> bool:
    """Return whether what is left of a run cannot be undone: then it has to be proven anew that it may go on."""
    return any(not step.action.reversible for step in run.remaining)


def _blocked(plan: Plan) -> GateClosed:
    more = f" (and {len(plan.blockers) - 1} more)" if len(plan.blockers) > 1 else ""
    page = pages.hint(plan.blockers[:1]) or "everything in the way is shown above"
    return GateClosed(f"{plan.blockers[0]}{more}", hint=f"nothing was changed; {page}")


def shown(context: Context, plan: Plan, unfinished: Run | None) -> str:
    """Return a plan for a person; of a run that is carried on, what stands and what is left.

    Args:
        context: Of the command.
        plan: What was planned just now, or recorded.
        unfinished: The run that is carried on, or None.
    """
    from lambda_migrate.render.plan import plan as whole  # noqa: PLC0415  # only commands that plan need it
    from lambda_migrate.render.plan import steps  # noqa: PLC0415  # as above

    heading = context.heading(f"phase: {plan.phase}")
    if not unfinished:
        return f"{heading}\n\n{whole(plan, context.paint)}"
    stand, left = len(unfinished.applied), unfinished.remaining
    text = f"Carrying on with the run of {unfinished.at}: {stand} of {len(plan.steps)} steps stand."
    text += "" if left else f" What is left is the {'health check' if plan.phase == 'service' else 'verdict'}."
    return "\n".join([heading, "", text, *steps(left, context.paint)])
