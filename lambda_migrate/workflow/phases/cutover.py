"""Moves traffic to the proxy version, weight by weight, each step watched and judged.

First an alias is made on the original version, with its own permissions and asynchronous settings, and every
trigger is pointed to it one by one; behaviour does not change. Then the alias shifts weight. After each shift
the world is watched (`--bake`) and judged: `pass` goes on, `fail` rolls the weights back by itself,
`inconclusive` (too little traffic) pauses with exit code 7; the same command judges again.

Before each weight a schedule is set in AWS that puts the alias back when the bake and `cutover.grace` have passed and
nobody has judged it: no terminal has to stay open for production to be safe. `pass` at 100 % cancels it. Where traffic
stays on purpose (`inconclusive`, `--weights 10`) it waits for `cutover.hold`; `status` says when it would act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.planner import cutover
from lambda_migrate.workflow import capacity, quotas, readiness, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.planner.load import Load
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

OVERRIDES = ("weights", "bake")
SAVABLE = True


class Inputs(NamedTuple):
    """What the plan is made from.

    Attributes:
        inventory: What there is.
        load: How many requests the function ran at once, against what the service takes.
    """

    inventory: Inventory
    load: Load


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function, everything that can invoke it, and how many requests it has run at once."""
    inventory = reading.recorded_inventory(context)
    return Inputs(inventory, capacity.load_of(context, inventory.function.name))


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the move of all traffic to the newest proxy version."""
    return cutover.plan(inputs.inventory, config, overrides.weights, overrides.bake, inputs.load)


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:
    """Ask for triggers that AWS lets move, code that runs off Lambda, a service that is well, and a guard."""
    yield from quotas.closed_gates(context, plan)
    yield from readiness.of_triggers(context, inputs.inventory)
    yield from readiness.of_traffic(context, inputs.inventory.function, wait=wait)
    yield from readiness.of_guard(context, plan)


def question(plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to move the traffic."""
    name, summary = inputs.inventory.function.name, plan.summary
    if "to" not in summary:  # a run goes on whose versions somebody has deleted meanwhile
        return Question(f"Carry on with the cutover of {name}?")
    return Question(f"Move the traffic of {name} from version {summary['from']} to {summary['to']}?")
