"""Drops the old signing key, last and alone; it cannot be undone.

`proxy rotate-key --finish` is refused while an alias or a trigger still points at a version that signs with the old
key, and before the service accepts the key that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.function.versions import proxied
from lambda_migrate.planner import rotate_keys
from lambda_migrate.workflow import readiness, reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides


class Inputs(NamedTuple):
    """What the plan is made from: what there is, and the keys' identifiers, the one that signs first."""

    inventory: Inventory
    keys: list[str]


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function and the signing keys."""
    reading.require_key_reference(context)
    return Inputs(reading.recorded_inventory(context), reading.key_identifiers(context))


def plan(inputs: Inputs, config: Migration, _overrides: Overrides) -> Plan:
    """Plan the end of the old key."""
    return rotate_keys.finish(inputs.inventory, config, keys=inputs.keys)


def gates(context: Context, inputs: Inputs, _plan: Plan, *, wait: bool) -> Iterable[Blocker]:  # noqa: ARG001  # it answers at once
    """Ask whether the service accepts the key that stays; where nothing signs, nobody is asked."""
    return readiness.of_signing_key(context) if proxied(inputs.inventory.function) else ()


def question(plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to drop the key."""
    key, name = plan.summary.get("key", ""), inputs.inventory.function.name
    return Question(f"Drop the signing key {key} of {name}? This cannot be undone.")
