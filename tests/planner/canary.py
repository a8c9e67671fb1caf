"""A function with an alias and three versions, and what a cutover of it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.function.model import Alias
from lambda_migrate.planner import cutover
from tests.planner import worlds

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory

VERSIONS = (worlds.version("1"), worlds.version("2", "non-api"), worlds.version("3", "all"))


def planned(found: Inventory, extra: str = "", **options: Any) -> Plan:
    return cutover.plan(found, worlds.settings(extra), **options)


def at(version: str, weights: dict[str, float] | None = None, **changed: Any) -> Inventory:
    return worlds.inventory(
        *worlds.triggers("live"), versions=VERSIONS, alias=Alias("live", version, weights or {}), **changed
    )


def moves(plan: Plan) -> list[tuple[Any, Any]]:
    return [
        (vars(step.action)["before"], vars(step.action)["after"])
        for step in plan.steps
        if step.action.kind == "shift_weight"
    ]


def side(version: str, **weights: float) -> dict[str, Any]:
    return {"version": version, "weights": {number.removeprefix("v"): share for number, share in weights.items()}}
