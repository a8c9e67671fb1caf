"""Work on the ledger: opened and locked, with an executor that stops at clean points and tells what it does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import open_run
from lambda_migrate.errors import GateClosed, NoCredentials, NotAllowed
from lambda_migrate.gates import run_unfinished
from lambda_migrate.gates.gate import closed
from lambda_migrate.planner.journey import command
from lambda_migrate.render.format import counted, duration
from lambda_migrate.render.result import Result
from lambda_migrate.workflow.machines import alone
from lambda_migrate.workflow.verification import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.engine.verdict import Judge
    from lambda_migrate.workflow.context import Context


@contextmanager
def at_work(context: Context, function: str, judging: Judge | None = None) -> Iterator[Executor]:
    """Open the ledger and give an executor that stops at clean points and tells what it does.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
        judging: Judges gated steps.
    """
    identity, aws, progress = context.require_ledger_identity(function), context.aws, context.progress
    by, words, clock = aws.identity["Arn"], " ".join(context.command), context.clock
    with (
        context.call.stop as stop,
        Ledger.open(context.ledger_path, identity, command=words, by=by, clock=clock.moment) as ledger,
        alone(ledger, aws, function, words, progress.event, clock.now) as machines,
    ):
        told: set[str] = set()

        def stopped() -> bool:
            try:
                machines.tick()
            except (NotAllowed, NoCredentials) as error:  # told, and gone on without: a bake is watched on
                if error.message not in told:
                    progress.event(f"the lock between machines is not renewed: {error.message}")
                told.add(error.message)
            return stop()

        for what in ledger.damage:
            progress.event(what)
        try:
            yield Executor(
                ledger,
                aws,
                judge=judging,
                watch=progress,
                stop=stopped,
                sleep=progress.sleep,
                now=clock.now,
                asked=progress.asked,
            )
        finally:
            progress.end()


def open_ledger(context: Context, function: str) -> Ledger:
    """Open the ledger to write notes to, without changing anything in AWS.

    Args:
        context: Of the command.
        function: The function's ARN, unqualified.
    """
    by = context.aws_read_only.identity["Arn"]
    identity, words = context.require_ledger_identity(function), " ".join(context.command)
    return Ledger.open(context.ledger_path, identity, command=words, by=by, clock=context.clock.moment)


def execute(context: Context, plan: Plan) -> Result:
    """Run a plan, or carry on with the run of the same phase that is open.

    Args:
        context: Of the command.
        plan: What is run.
    """
    judging = judge(context) if any(step.gated for step in plan.steps) else None
    began = context.clock.now()
    with at_work(context, plan.function, judging) as executor:
        run = executor.run(plan)
        following = context.status(executor.ledger).next[:1]
    data = {"run": run.number, "applied": list(run.applied)}
    took = duration(int(context.clock.now() - began))
    undo = " `lambda-migrate rollback --last` undoes it." if all(step.action.reversible for step in plan.steps) else ""
    return Result(data, f"\nDone: {counted(len(run.applied), 'step')} of {plan.phase}, in {took}.{undo}", following)


def require_no_other_run(context: Context, phase: str) -> Run | None:
    """Return the open run that this command carries on with, or None.

    Raises:
        GateClosed: The open run is one of another phase.
    """
    run = open_run(context.ledger)
    if run is None or not run.under_way:
        return None
    if run.phase != phase and run.complete:
        return None
    if run.phase != phase:
        carries_on = command(run.phase, context.migration.function)
        text = f"`{run.phase}` of {run.at} is not finished ({counted(len(run.remaining), 'step')} to go)"
        raise GateClosed.by(
            str(closed(run_unfinished, text)),
            hint=f"finish it (`lambda-migrate {carries_on}`) or roll it back (`lambda-migrate rollback --last`)",
        )
    return run
