"""Whether the alias' resource policy holds the statements that a plan grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.function.grant_permission import GrantPermission
from lambda_migrate.function.model import Qualified
from lambda_migrate.gates import quota
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.inventory import Inventory

MOST = 20 * 1024
"""Bytes of the resource policy of one qualifier; AWS raises it for nobody ("Lambda quotas" in its guide)."""


def blockers(inventory: Inventory, steps: Iterable[Step]) -> Iterator[Blocker]:
    """Yield that AddPermission would be refused, ``PolicyLengthExceededException``, in the middle of the steps.

    Args:
        inventory: What there is.
        steps: Of the plan.
    """
    alias = inventory.alias
    there = inventory.function.qualified.get(alias, Qualified()).policy
    granted = [step.action.statement for step in steps if isinstance(step.action, GrantPermission)]
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [*there, *granted]}
    size = len(canonical(document).encode())
    if granted and size > MOST:
        text = f"the policy of alias `{alias}` would have {size} bytes with its {len(granted)} new statements"
        text = f"{text}, and Lambda takes {MOST}; let statements with the same principal share one with a wildcard"
        yield closed(quota, text, alias, acceptable=False)
