"""Rolling back what the ledger says was done."""

from __future__ import annotations

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import (
    Drifted,
    GateClosed,
)
from tests.engine.world import ALL, Stage, plan


def test_rollback_undoes_in_reverse_from_the_ledger_alone(stage: Stage) -> None:
    stage.run(plan(*ALL))

    assert stage.rollback() == ["03-set_value", "02-set_value", "01-set_value"]
    assert stage.world.values == {"a": "1", "b": "1", "c": "1"}
    assert stage.story()[-1] == "rolled-back"


def test_rollback_to_a_step_leaves_that_step_standing(stage: Stage) -> None:
    stage.run(plan(*ALL))

    assert stage.rollback(to="01-set_value") == ["03-set_value", "02-set_value"]
    assert stage.world.values == {"a": "2", "b": "1", "c": "1"}


def test_back_to_a_step_that_several_runs_have(stage: Stage) -> None:
    stage.run(plan("a:1:2", "b:1:2"))
    stage.run(plan("a:2:3", "b:2:3"))
    first = runs(Ledger.read(stage.path))[0].number

    assert stage.rollback(to=f"{first}/01-set_value") == ["02-set_value", "01-set_value", "02-set_value"]
    assert stage.world.values == {"a": "2", "b": "1", "c": "1"}


def test_rollback_goes_through_every_run_the_latest_first(stage: Stage) -> None:
    stage.run(plan("a:1:2", phase="proxy"))
    stage.run(plan("a:2:3", "b:1:2"))

    assert stage.rollback() == ["02-set_value", "01-set_value", "01-set_value"]
    assert stage.world.values == {"a": "1", "b": "1", "c": "1"}


def test_rollback_of_nothing_undoes_nothing(stage: Stage) -> None:
    assert stage.rollback() == []


def test_an_irreversible_step_stops_a_rollback_by_name(stage: Stage) -> None:
    stage.run(plan("a:1:2", "b:1:2!", phase="retire"))

    with pytest.raises(GateClosed) as caught:
        stage.rollback()

    assert (caught.value.gate, caught.value.message) == ("irreversible", "02-burn cannot be undone: b: 1 → 2")
    assert stage.world.values == {"a": "2", "b": "2", "c": "1"}


def test_rollback_refuses_to_undo_what_somebody_else_changed_since(stage: Stage) -> None:
    stage.run(plan("a:1:2"))
    stage.world.values["a"] = "7"

    with pytest.raises(Drifted):
        stage.rollback()

    assert stage.world.values["a"] == "7"
