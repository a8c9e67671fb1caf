"""Drops the old signing key, last and alone; it cannot be undone.

`proxy rotate-key --finish` is refused while an alias or a trigger still points at a version that signs with the old
key, and before the service accepts the key that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.errors import GateClosed
from lambda_migrate.function import signing_keys
from lambda_migrate.function.versions import proxied
from lambda_migrate.planner import rotate_keys
from lambda_migrate.verify import health, signing_key
from lambda_migrate.workflow import reading
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.overrides import Overrides


class Inputs(NamedTuple):
    """What the plan is made from: what there is, and the keys' identifiers, the one that signs first."""

    found: Inventory
    keys: list[str]


def gather(context: Context, _overrides: Overrides) -> Inputs:
    """Read the function and the signing keys."""
    reading.require_key_reference(context)
    return Inputs(reading.recorded_inventory(context), reading.key_identifiers(context))


def plan(inputs: Inputs, config: Migration, _overrides: Overrides) -> Plan:
    """Plan the end of the old key."""
    return rotate_keys.finish(inputs.found, config, keys=inputs.keys)


def require(context: Context, inputs: Inputs, _plan: Plan) -> None:
    """Refuse before the service accepts the key that stays; where nothing signs, nobody is asked.

    Raises:
        GateClosed: It does not accept it.
    """
    if proxied(inputs.found.function) is None:
        return
    config = context.migration
    keys = signing_keys.read(context.looking, config.proxy.signing_keys or "")
    with health.client() as client:
        problem = signing_key.probe(config, client, *keys.pairs[0])
    if problem:
        raise GateClosed(
            f"the service does not accept {keys.identifiers[0]}, the key that stays: {problem}",
            hint="does it read its keys from the secret? `lambda-migrate doctor` shows more",
        )


def question(plan: Plan, inputs: Inputs) -> Question:
    """Ask whether to drop the key."""
    key, name = plan.summary.get("key", ""), inputs.found.function.name
    return Question(f"Drop the signing key {key} of {name}? This cannot be undone.")
