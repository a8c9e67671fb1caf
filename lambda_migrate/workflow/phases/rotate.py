"""Gives the proxy another signing key, with no failed request.

`proxy rotate-key` makes the first key if there is none. Later it adds one (the service accepts both), asks
the service whether it knows it, publishes a proxy version that signs with it, and moves the alias there, weight
by weight, judged like a cutover. `proxy rotate-key --finish` then drops the old key, last and alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import ConfigError
from lambda_migrate.planner import rotate_keys
from lambda_migrate.proxy import layer
from lambda_migrate.workflow import capacity, code_gate, readiness, reading
from lambda_migrate.workflow.overrides import WHOLE
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


class Inputs(NamedTuple):
    """What the plan is made from.

    Attributes:
        inventory: What there is.
        keys: The keys' identifiers, the one that signs first.
        layer_sha256: Of the proxy's layer, hex.
        load: How many requests the function ran at once, against what the service takes.
        made: The key that the last run of the ledger made, or "": whoever types the command again, because it was cut
            off at its very end, does not ask for a second key.
    """

    inventory: Inventory
    keys: list[str]
    layer_sha256: str
    load: Load
    made: str = ""


def gather(context: Context, overrides: Overrides) -> Inputs:
    """Read the function and the signing keys; build the layer."""
    if overrides.weights and overrides.weights[-1] < WHOLE:
        raise ConfigError(
            "`--weights` must end in 100: two keys are in use until all of the traffic is signed with the new one",
            hint="write it like `--weights 10,50,100`",
        )
    reading.require_key_reference(context)
    inventory = reading.recorded_inventory(context)
    load = capacity.load_of(context, inventory.function.name)
    return Inputs(inventory, reading.key_identifiers(context), layer.build().sha256, load, _made(context))


def _made(context: Context) -> str:
    known = runs(context.ledger)
    return known[-1].summary.get("key", "") if known and known[-1].phase == "rotate" else ""


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the first key, or the next one with the proxy version that signs with it."""
    return rotate_keys.rotate(
        inputs.inventory,
        config,
        keys=inputs.keys,
        layer_sha256=inputs.layer_sha256,
        made=inputs.made,
        weights=overrides.weights,
        bake=overrides.bake,
        load=inputs.load,
    )


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:
    """Ask for a service that is well, a known base path, and what puts weights back, where a step needs them."""
    if any(step.gated for step in plan.steps):
        yield from code_gate.of_start(context, inputs.inventory.function, plan.summary.get("events", "all"))
        yield from readiness.of_service(context, None, wait=wait)
    yield from readiness.of_guard(context, plan)


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to rotate."""
    return Question(f"Rotate the signing key of {inputs.inventory.function.name}?")
