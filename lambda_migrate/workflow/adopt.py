"""Brings a lost ledger back: from version control where it is there, else from what AWS shows of the migration.

What is made from AWS holds what a way back needs: which version is the original, which one proxies, where the alias
stands, and which triggers the cutover has brought to it, each looked at. A trigger that cannot be recorded stays on the
alias, which a rollback puts on the original version: no request and no event depends on how it got there. What
`cutover --direct` moved, AWS does not show: it is not made up, and it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.create_alias import CreateAlias
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.machines import Machines
from lambda_migrate.errors import AwsError, ConfigError, MigrateError
from lambda_migrate.planner.rebuilt import rebuilt
from lambda_migrate.regular_file import create
from lambda_migrate.render.drawing import hanging
from lambda_migrate.render.plan import steps as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.scaffold import git
from lambda_migrate.triggers import labelled
from lambda_migrate.workflow import machines, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.plan import Plan, Step
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

GONE = (
    "whatever `cutover --direct` has moved to the service stays there: AWS does not show where it was before; re-point"
    " it by hand, or restore a copy of the ledger first"
)


@dataclass(frozen=True)
class Committed:
    """A ledger of version control that holds the record that AWS knows of last."""

    commit: str
    content: bytes


def adopt(context: Context, *, confirm: Confirm, dry_run: bool) -> Result:
    """Bring the ledger back that AWS shows to be missing, or to end too early.

    Args:
        context: Of the command.
        confirm: Asks, and raises where the answer is no.
        dry_run: Stop after showing what would be written.

    Raises:
        MigrateError: The ledger cannot be written, or AWS shows nothing that it could be made from.
    """
    _ = context.migration  # which names the function; without it there is nothing to look for
    lacks = machines.lacking(context)
    if lacks is None:
        return Result({"from": None}, "The ledger holds all that AWS knows of: there is nothing to adopt.", ("status",))
    committed = _committed(context)
    if committed:
        return _restore(context, committed, confirm, dry_run=dry_run)
    inventory = reading.inventory_of(context)
    if not (made := rebuilt(inventory, context.migration)):
        raise lacks
    plans = [made[0], *(shown(context.aws_read_only, plan) for plan in made[1:])]
    lines = [line for plan in plans for line in rendered(plan.steps, context.paint)]
    left = list(not_recorded(inventory, plans))
    listed = [line for each in left for line in hanging(f"  · {each}", context.paint.width)]
    head = [context.heading("adopt"), "", "What AWS shows, to be recorded as done:", *lines]
    text = "\n".join([*head, "", "What cannot be recorded, and what that means for `rollback`:", *listed])
    data: dict[str, Any] = {"from": "AWS", "plans": [plan.to_dict() for plan in plans], "not_recorded": left}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question(f"Write this to `{context.ledger_path}`?"))
    aside = _aside(context.ledger_path)
    _record(context, inventory.function, plans)
    told = f" What was there is in `{aside}`." if aside else ""
    return Result(data, f"\nThe ledger is made from what AWS shows.{told}", ("status", "rollback --dry-run"))


def shown(aws: Aws, plan: Plan) -> Plan:
    """Return a plan with those of its steps alone that AWS shows as done.

    A trigger of which one step is not done is left out whole: nothing of it would go back in the right order. The alias
    and its weights are what the plan was made from, so they are not asked about.

    Args:
        aws: Where to look; reads only.
        plan: As :func:`rebuilt` returns it.
    """
    asked = [step for step in plan.steps if not isinstance(step.action, (CreateAlias, ShiftWeight))]
    undone = [step for step in asked if _observed(aws, step) is not Observed.AFTER]
    left = {step.trigger for step in undone if ":" in step.trigger}
    return replace(plan, steps=tuple(s for s in plan.steps if s not in undone and s.trigger not in left))


def _observed(aws: Aws, step: Step) -> Observed:
    try:
        return step.action.observe(aws)
    except AwsError:
        return Observed.DRIFT  # what cannot be read is not recorded as done


def not_recorded(inventory: Inventory, plans: list[Plan]) -> Iterator[str]:
    """Yield what AWS does not show of the way until here, a line each: triggers, and those that are gone.

    Args:
        inventory: The function and its triggers as they are.
        plans: What is to be recorded.
    """
    alias = inventory.alias
    recorded = {step.trigger for plan in plans for step in plan.steps}
    for trigger in inventory.triggers:
        if trigger.qualifier == alias and f"{trigger.kind}:{trigger.settings.source or trigger.id}" not in recorded:
            yield f"{labelled(trigger)} stays on alias `{alias}`, which `rollback` puts on the original version"
    yield GONE


def _record(context: Context, function: Function, plans: list[Plan]) -> None:
    """Write the ledger, and leave its end where AWS says what it has to hold."""
    by, words = context.aws.identity["Arn"], " ".join(context.command)
    lock = Machines(context.aws, function.name, words, context.clock.now)
    lock.acquire()
    identity = context.require_ledger_identity(function.arn)
    with Ledger.open(context.ledger_path, identity, command=words, by=by, clock=context.clock.moment) as ledger:
        ledger.note("adopted", function=function.arn)
        for plan in plans:
            document = plan.to_dict()
            run = ledger.note("plan", plan=document).seq
            for step in document["steps"]:
                ledger.append("intent", id=step["id"], run=run, action=step["action"])
                ledger.append("applied", id=step["id"], run=run)
            ledger.note("finished", run=run)
        lock.release(ledger.tail)


def _committed(context: Context) -> Committed | None:
    """Return the newest ledger of version control that holds what AWS knows of last; None without one."""
    claim = machines.held(context)
    draft = context.ledger_path.with_suffix(".adopting")
    for commit, content in git.versions(context.ledger_path):
        try:
            create(draft, content)
            ledger = Ledger.read(draft)
            if ledger.identity and claim and claim.tail.seq and ledger.holds(claim.tail):
                return Committed(commit, content)
        except (MigrateError, OSError):
            continue
        finally:
            draft.unlink(missing_ok=True)
    return None


def _restore(context: Context, committed: Committed, confirm: Confirm, *, dry_run: bool) -> Result:
    text = f"Commit {committed.commit} has the ledger that AWS knows of; it becomes `{context.ledger_path}` again."
    data = {"from": committed.commit}
    if dry_run:
        return Result({**data, "dry_run": True}, text)
    context.terminal.say(text)
    confirm(Question("Bring it back?"))
    aside = _aside(context.ledger_path)
    try:
        create(context.ledger_path, committed.content)
    except OSError as error:
        raise ConfigError(f"`{context.ledger_path}` cannot be written: {error.strerror}", hint="make room") from error
    told = f" What was there is in `{aside}`." if aside else ""
    return Result(data, f"The ledger is back.{told}", ("status",))


def _aside(ledger: Path) -> Path | None:
    """Move what is left of a ledger, and its index, out of the way; return where it is now."""
    kept = None
    for path in (ledger, ledger.with_suffix(".index")):
        if path.exists():
            number = next(n for n in range(1, 10_000) if not path.with_name(f"{path.name}.{n}.lost").exists())
            kept = path.rename(path.with_name(f"{path.name}.{number}.lost"))
    return ledger.with_name(kept.name) if kept and kept.suffix == ".lost" else None
