"""Removes what a rollback has left in place, once it can carry no traffic any more.

`rollback` does not delete what may still hold requests or events: the traffic alias with the version that it names, an
API destination with a day's backlog, the subscription of the service. It says until when each of them stays; `cleanup`
removes those whose time has come, and says when the others' will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.actions.base import Named, Used
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import GateClosed
from lambda_migrate.freeze import frozen
from lambda_migrate.gates import nothing_left
from lambda_migrate.planner import cleanup
from lambda_migrate.render.format import counted
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """

    function: str
    known: list[Run]
    now: float
    frozen: bool
    named: Mapping[tuple[int, str], frozenset[str]]
    used: Mapping[tuple[int, str], str]


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the ledger, and which aliases name what is left.

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
    return Inputs(identity.function, known, now, frozen(context.ledger) is not None, named, used)


def plan(inputs: Inputs, _config: Migration, _overrides: Overrides) -> Plan:
    """Plan the removal of what may go by now."""
    return cleanup.plan(
        inputs.function, inputs.known, inputs.now, frozen=inputs.frozen, named=inputs.named, used=inputs.used
    )


def question(plan: Plan, _inputs: Inputs) -> Question:
    """Ask whether to remove it."""
    return Question(f"Remove {counted(len(plan.steps), 'leftover')}?")
