"""What is recorded in place of a lost ledger, from what AWS shows."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.function.documents import TRAFFIC
from lambda_migrate.function.model import Alias
from lambda_migrate.planner import cutover
from lambda_migrate.planner.rebuilt import before, rebuilt
from tests.planner import worlds


def described(inventory: worlds.Inventory, description: str) -> worlds.Inventory:
    aliases = tuple(replace(each, description=description) for each in inventory.function.aliases)
    return replace(inventory, function=replace(inventory.function, aliases=aliases))


def test_what_pins_versions_is_known_again_so_that_a_rollback_removes_it() -> None:
    aliases = (Alias("lambda-migrate", "1"), Alias("lambda-migrate-2", "2"), Alias("live", "3"))
    found = worlds.inventory(versions=worlds.signed("k1", "k2").function.versions, aliases=aliases)

    published, moved = rebuilt(found, worlds.settings())

    assert [step.action.describe() for step in published.steps[1:]] == ["alias lambda-migrate-2: none → 2"]
    assert {step.group for step in published.steps} == {"proxy"}
    assert [step.id for step in (*published.steps, *moved.steps)] == [
        "01-publish_version",
        "02-pin_version",
        "01-shift_weight",
    ]


def test_triggers_on_the_alias_are_those_that_the_cutover_planned_to_move() -> None:
    first = cutover.plan(worlds.PROXIED, worlds.settings())
    planned = [step for step in first.steps if step.group != "weight"]

    _, moved = rebuilt(described(worlds.CUT_OVER, TRAFFIC), worlds.settings())

    assert [step.action for step in moved.steps[:-1]] == [step.action for step in planned]
    assert [step.lingers for step in moved.steps[:-1]] == [step.lingers for step in planned]
    assert moved.steps[-1].action.describe() == "alias live: 1 → 3"
    assert moved.summary == {"alias": "live", "from": "1", "to": "3", "events": "all"}


def test_of_an_alias_that_somebody_else_made_the_weights_alone_are_recorded() -> None:
    _, moved = rebuilt(worlds.HALF_WAY, worlds.settings())

    assert [step.id for step in moved.steps] == ["01-shift_weight"]


def test_an_alias_whose_name_begins_alike_is_not_taken_for_it() -> None:
    found = worlds.inventory(*worlds.triggers("live2"), alias=Alias("live", "1"))

    assert before(found).triggers == found.triggers
