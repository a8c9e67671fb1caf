"""What provisioned concurrency asks of a move: an alias takes its own along, but not by weights; a version does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.model import Qualified
from lambda_migrate.gates import provisioned_concurrency
from lambda_migrate.gates.gate import closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Alias, Version
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.planner.builder import PlanBuilder


def of_alias(inventory: Inventory, alias: Alias) -> Iterator[Blocker]:
    """Yield why Lambda refuses weights on an alias: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html."""
    if inventory.function.qualified.get(alias.name, Qualified()).provisioned:
        text = f"alias `{alias.name}` has provisioned concurrency, which Lambda refuses to combine with weights"
        yield closed(provisioned_concurrency, f"{text}; take `--weights 100`", alias.name)


def ahead(builder: PlanBuilder, alias: Alias, target: Version, group: str) -> None:
    """Have as many instances of the target ready as of the version that traffic leaves, before any goes there.

    Args:
        builder: Takes the step, and what is against it.
        alias: As it stands.
        target: Where it goes; its number may be a reference, ``marker:<description>``.
        group: What the step belongs to.
    """
    function = builder.inventory.function
    kept = function.qualified.get(alias.version, Qualified()).provisioned
    if not kept or function.qualified.get(target.number, Qualified()).provisioned:
        return
    reserved = function.reserved_concurrency
    if reserved is not None and 2 * kept > reserved:
        text = f"version {alias.version} has {kept} provisioned instances; as many again exceed the reserved {reserved}"
        builder.block(closed(provisioned_concurrency, f"{text}: reserve {2 * kept} for the migration", alias.name))
    action = ProvisionConcurrency(function.name, target.number, kept)
    builder.add(Step("", action, f"as many as version {alias.version} has, ready before traffic", group))
    builder.warn(
        f"version {alias.version} keeps its {kept} provisioned instances for the way back: both are paid for",
        f"if Application Auto Scaling changes their number, it still does so for version {alias.version} only: make"
        " the version that takes over a scalable target too",
    )
