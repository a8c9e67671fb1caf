"""Announces the code freeze, and records what the function is: from then on every command reports who changes it.

`freeze` publishes the original as a version if there is none yet, writes a snapshot of code, configuration, layers,
role, aliases and triggers into the ledger, and writes the announcement; where a webhook is named, it is posted there.
Commands that rest on the function refuse to go on over a change by others. `freeze --refresh` takes an urgent fix into
the service as well, `freeze --lift` ends the freeze.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.references import versions_marked
from lambda_migrate.engine.runs import open_run
from lambda_migrate.freeze import plans, recording, snapshot
from lambda_migrate.function.versions import original
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import announce, reading
from lambda_migrate.workflow.execution import at_work, open_ledger
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.errors import MigrateError
    from lambda_migrate.freeze import Snapshot
    from lambda_migrate.function.model import Function
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import OnDrift, PhaseWork

ON_DRIFT: OnDrift = "ignore"
WORKS_WITHOUT_STEPS = True


class Inputs(NamedTuple):
    """What the plan is made from: the function, and all of it that is recorded."""

    function: Function
    snapshot: Snapshot


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function; what is wrong with the webhook is reported before anything is changed."""
    announce.webhook(context)
    return look_at(context)


def look_at(context: Context) -> Inputs:
    """Read the function and all of it that is recorded."""
    config = context.migration
    context.progress.begin(f"looking at {config.function}")
    function = reading.inventory_of(context).function
    taken = snapshot.read(context.aws_read_only, config.function)
    context.progress.end()
    return Inputs(function, taken)


def plan(inputs: Inputs, _config: Migration, _overrides: Overrides) -> Plan:
    """Plan the publication of the original version, if there is none yet."""
    return plans.begin(inputs.function, original(inputs.function))


def facts(inputs: Inputs) -> list[tuple[str, str]]:
    """Return what is frozen."""
    taken = inputs.snapshot
    rows = [("code", taken.code_sha256), ("role", taken.role), ("layers", str(len(taken.layers)))]
    return rows + [(f"alias {name}", f"version {each['version']}") for name, each in sorted(taken.aliases.items())]


def data(inputs: Inputs) -> dict[str, Any]:
    """Return the snapshot."""
    return {"snapshot": inputs.snapshot.to_dict()}


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to announce it."""
    return Question(f"Announce the freeze of {inputs.function.name}?")


def perform(work: PhaseWork) -> Result:
    """Publish the original, record the snapshot, announce the freeze."""
    context, function, taken = work.context, work.inputs.function, work.inputs.snapshot
    version = publish(context, work.plan, function)
    with open_ledger(context, function.arn) as ledger:
        record = recording.record(ledger, taken, function.arn, version=version)
        following = context.status(ledger).next[-1:]
    path, error = announced(context, taken, function.arn, record.at)
    answer = {"version": version, "announcement": str(path), "began": record.at}
    text = f"\n{function.name} is frozen; version {version} is the original. `{path}` is the announcement."
    return Result(answer, text, following, error)


def publish(context: Context, plan: Plan, function: Function) -> str:
    """Publish the original version if there is none yet; return its number."""
    published, unfinished = original(function), open_run(context.ledger)
    if unfinished is not None and unfinished.phase == plan.phase and unfinished.under_way:
        plan = unfinished.plan
    if plan.steps:
        with at_work(context, function.arn) as executor:
            executor.run(plan)
    if published is not None:
        return published.number
    marker = getattr(plan.steps[0].action, "marker", "")
    return str(versions_marked(context.aws_read_only, function.name, marker)[-1]["Version"])


def announced(context: Context, taken: Snapshot, function: str, began: str) -> tuple[Path, MigrateError | None]:
    """Write the announcement, post it, and note that everybody was told; return where it is and what went wrong.

    Args:
        context: Of the command.
        taken: What is frozen.
        function: The function's ARN, unqualified.
        began: When the freeze began, ISO 8601.
    """
    path = announce.announce(context, taken, began)
    error = announce.post(context, began)
    if error is None:
        with open_ledger(context, function) as ledger:
            ledger.note(recording.ANNOUNCED, function=function)
    return path, error
