"""Plays the migration through.

Nothing moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.gates.gate import closed
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.workflow import reading
from lambda_migrate.workflow.phase import Question
from tests.pretending import full_moon

if TYPE_CHECKING:
    from lambda_migrate.config import Migration
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context

WORKS_WITHOUT_STEPS = True


def gather(context: Context, _overrides: Any) -> Inventory:
    return reading.recorded_inventory(context)


def plan(found: Inventory, config: Migration, _overrides: Any) -> Plan:
    draft = PlanBuilder("rehearse", found, config)
    draft.block(closed(full_moon, "nobody sleeps"))
    return draft.finish()


def question(_plan: Plan, _inputs: Inventory) -> Question:
    return Question("Play it?")
