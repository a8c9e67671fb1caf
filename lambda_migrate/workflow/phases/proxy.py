"""Publishes a version that passes events on to the service, and moves no traffic.

The proxy is a layer and a handler override, so the function's own code is untouched. `proxy deploy` publishes
the original as a version, passes through $LATEST for some seconds (there the proxy runs the original handler,
so that nobody notices), publishes the proxy version, and puts $LATEST back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.gates import recording_impossible
from lambda_migrate.gates.gate import closed
from lambda_migrate.planner import proxy
from lambda_migrate.proxy import layer
from lambda_migrate.workflow import code_gate, reading, recording
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides

OVERRIDES = ("events",)
SAVABLE = True


class Inputs(NamedTuple):
    """What the plan is made from: what there is, the keys' identifiers, and the layer's sha256 (hex)."""

    inventory: Inventory
    keys: list[str]
    layer_sha256: str


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function and the signing keys; build the layer."""
    inventory = reading.recorded_inventory(context)
    return Inputs(inventory, reading.key_identifiers(context), layer.build().sha256)


def plan(inputs: Inputs, config: Migration, overrides: Overrides) -> Plan:
    """Plan the publication."""
    return proxy.plan(
        inputs.inventory,
        config,
        events=overrides.events or config.proxy.events,
        layer_sha256=inputs.layer_sha256,
        signing_key=inputs.keys[0] if inputs.keys else "",
    )


def gates(context: Context, inputs: Inputs, plan: Plan, *, wait: bool) -> Iterator[Blocker]:  # noqa: ARG001  # as the others take it
    """Ask for the base path to take off, whether the original starts beside the proxy, and whether it can record."""
    yield from code_gate.of_start(context, inputs.inventory.function, plan.summary["events"])
    record = context.migration.proxy.record
    if record is not None and record.ends <= context.clock.now():
        text = f"the last day of `proxy.record` was {record.until}; set another one, or take the block out"
        yield closed(recording_impossible, text)
    yield from recording.of_role(context, inputs.inventory.function)


def question(_plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to publish."""
    return Question(f"Publish it on {inputs.inventory.function.name}?")
