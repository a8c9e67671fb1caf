"""Removes what a rollback has left in place, once it can carry no traffic any more.

`rollback` does not delete what may still hold requests or events: the traffic alias with the version that it names, an
API destination with a day's backlog, the subscription of the service. It says until when each of them stays; `cleanup`
removes those whose time has come, and says when the others' will. An alias that somebody has invoked within the last
six hours stays: callers that come by a role show nowhere else. The schedule and the role of a guard that could not be
removed in their time go too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.base import Named, Used
from lambda_migrate.engine.guarded_steps import left_of_guard
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import AwsError, GateClosed, NotAllowed
from lambda_migrate.freeze import frozen
from lambda_migrate.gates import nothing_left
from lambda_migrate.planner import cleanup
from lambda_migrate.render.format import counted
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.actions import Action
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.engine.runs import Run
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides
    from lambda_migrate.workflow.phase import OnDrift

ON_DRIFT: OnDrift = "ignore"


class Inputs(NamedTuple):
    """What the plan is made from.

    Attributes:
        function: The function's ARN, unqualified.
        known: The runs of the ledger.
        now: The time, in seconds since the epoch.
        frozen: Whether a code freeze is in force.
        named: Names of the aliases that name what a step made, by run and step.
        used: How others use what a step made, by run and step.
        guard: What is left of a guard that is for nothing any more, in the order in which it goes.
        unread: Why that could not be looked at, or "".
    """

    function: str
    known: list[Run]
    now: float
    frozen: bool
    named: Mapping[tuple[int, str], frozenset[str]]
    used: Mapping[tuple[int, str], str]
    guard: tuple[Action, ...]
    unread: str


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the ledger, and who uses or names what is left.

    Raises:
        GateClosed: Nothing has been done yet.
    """
    identity = context.ledger.identity
    if identity is None:
        raise GateClosed(
            "nothing has been done yet, so nothing is left",
            gate=nothing_left.NAME,
            hint="`lambda-migrate status` says what comes next",
        )
    known, now = runs(context.ledger), context.clock.now()
    left = cleanup.leftovers(known)
    named = {
        (each.run.number, each.step.id): each.step.action.named_by(context.aws_read_only)
        for each in left
        if isinstance(each.step.action, Named)
    }
    used = {
        (each.run.number, each.step.id): each.step.action.in_use(context.aws_read_only)
        for each in left
        if isinstance(each.step.action, Used)
    }
    guard, unread = _of_guard(context, identity.function)
    return Inputs(identity.function, known, now, frozen(context.ledger) is not None, named, used, guard, unread)


def _of_guard(context: Context, function: str) -> tuple[tuple[Action, ...], str]:
    """Return what is left of a guard; where no guard was ever set, whether one can be looked for does not matter."""
    try:
        return left_of_guard(context.aws_read_only, context.ledger, function), ""
    except (AwsError, NotAllowed) as error:
        return (), error.message if "guard" in context.ledger.projection.latest else ""


def plan(inputs: Inputs, _config: Migration, _overrides: Overrides) -> Plan:
    """Plan the removal of what may go by now."""
    planned = cleanup.plan(
        inputs.function,
        inputs.known,
        inputs.now,
        frozen=inputs.frozen,
        named=inputs.named,
        used=inputs.used,
        guard=inputs.guard,
    )
    if not inputs.unread:
        return planned
    unknown = f"unknown: whether a guard left something behind could not be checked ({inputs.unread})"
    return replace(planned, warnings=(*planned.warnings, unknown))


def question(plan: Plan, _inputs: Inputs) -> Question:
    """Ask whether to remove it."""
    return Question(f"Remove {counted(len(plan.steps), 'leftover')}?")
