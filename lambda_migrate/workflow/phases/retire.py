"""Deletes the function, last and alone; it cannot be undone.

Only when every trigger is direct, no caller is unexplained, the function was quiet for `retire.quiet`, and a
backup was written and read back. It asks for the function's name; scripts say `--confirm NAME`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.base import Observed, backwards
from lambda_migrate.actions.serving import Serving
from lambda_migrate.engine.runs import runs
from lambda_migrate.function.backup import is_secret
from lambda_migrate.inventory import invocations
from lambda_migrate.planner import images, retire
from lambda_migrate.planner.journey import AFTER_THE_END
from lambda_migrate.planner.retire import Remains
from lambda_migrate.render.format import counted
from lambda_migrate.render.result import Result
from lambda_migrate.scaffold.variables import sort
from lambda_migrate.workflow import freeze_guard, reading, secret_checks
from lambda_migrate.workflow.execution import at_work
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.errors import NotFound
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.inventory.invocations import InvocationCounts
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import PhaseWork


class Inputs(NamedTuple):
    """What the plan is made from.

    Attributes:
        inventory: What there is.
        counts: How often it was invoked.
        folder: The folder of migration.yaml.
        ours: Ids of the triggers that this tool has switched off.
        secrets: Where the values of the function's secret variables are kept, by their names.
        unkept: Names of those that are kept nowhere else.
        remains: What earlier runs have made for it.
    """

    inventory: Inventory
    counts: InvocationCounts
    folder: str
    ours: frozenset[str]
    secrets: dict[str, str]
    unkept: tuple[str, ...]
    remains: Remains


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function and how often it was invoked in the quiet period."""
    config, inventory = context.migration, reading.recorded_inventory(context)
    counts = invocations.count(
        context.aws_read_only,
        inventory,
        quiet=config.retire.quiet,
        period=config.verify.metric_period,
        now=context.clock.moment(),
    )
    secrets = secret_checks.references(config, context.service_folder)
    unkept = _unkept(context, inventory.function.name, secrets)
    past = runs(context.ledger)
    serving, busy = remains_of(context.aws_read_only, past)
    remains = Remains((*images.left(past), *busy), serving)
    return Inputs(inventory, counts, str(context.folder), retire.switched_off(past), secrets, unkept, remains)


def remains_of(aws: Aws, past: Sequence[Run]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Return the steps whose things go with the function, and why others of them stay, one line each."""
    idle: list[Step] = []
    busy: list[str] = []
    for step in retire.standing(past):
        action = step.action
        if not isinstance(action, Serving) or action.observe(aws) is not Observed.AFTER:
            continue  # it is gone, or somebody else's by now
        leads = action.led_to(aws)
        if leads:
            busy.append(f"{backwards(action)}: {leads}, so that it stays")
        else:
            idle.append(step)
    return tuple(idle), tuple(busy)


def _unkept(context: Context, function: str, secrets: dict[str, str]) -> tuple[str, ...]:
    """Return the variables that look like secrets and are kept in the function alone."""
    answer = context.aws_read_only.call("lambda", "get_function_configuration", FunctionName=function)
    variables = (answer.get("Environment") or {}).get("Variables") or {}
    known = secrets.keys() | {each.name for each in sort(variables, function) if each.fate == "platform"}
    return tuple(name for name, value in sorted(variables.items()) if is_secret(name, value) and name not in known)


def plan(inputs: Inputs, config: Migration, _overrides: Overrides) -> Plan:
    """Plan the end of the function."""
    inventory, counts, folder, ours, secrets, unkept, remains = inputs
    return retire.plan(
        inventory, config, counts, folder=folder, ours=ours, secrets=secrets, unkept=unkept, remains=remains
    )


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask for the function's name."""
    name, versions = inputs.inventory.function.name, len(inputs.inventory.function.versions)
    text = f"This deletes function `{name}` and its {counted(versions, 'version')}; it cannot be undone."
    return Question(text, typed=name)


def perform(work: PhaseWork) -> Result:
    """Delete it, and end its code freeze."""
    result = work.execute()
    freeze_guard.lift(work.context, work.inputs.inventory.function.arn)
    return replace(result, next=_following(work.context))


def _following(context: Context) -> tuple[str, ...]:
    """Return what to type once the function is gone: the service's repository still has what only the proxy needed."""
    cleanup = ("service cleanup",) if context.service_folder.is_dir() else ()
    return (*cleanup, *AFTER_THE_END)


def on_missing(context: Context, error: NotFound, *, dry_run: bool) -> Result:
    """Answer that the function is gone, by our own run; record it where a crash came in between.

    Raises:
        NotFound: The ledger knows nothing of its end.
    """
    run = _last(context)
    if run is None:
        raise error
    text, arn = f"`{context.migration.function}` was deleted by the run of {run.at}.", run.plan.function
    if run.closed or dry_run:
        return Result({"applied": [], "run": run.number}, f"Nothing to do: {text}", _following(context))
    with at_work(context, arn) as executor:
        finished = executor.run(run.plan)
    freeze_guard.lift(context, arn)
    return Result({"applied": list(finished.applied), "run": run.number}, f"\n{text}", _following(context))


def _last(context: Context) -> Run | None:
    """Return the run that deleted the function, or had started to; None where the ledger knows of none."""
    for run in reversed(runs(context.ledger)):
        if run.phase == "retire" and run.closed != "rolled-back":
            last = run.plan.steps[-1].id
            started = run.dangling is not None and run.dangling.id == last
            return run if started or last in run.applied else None
    return None
