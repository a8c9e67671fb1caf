"""One inconclusive step that a person lets pass."""

from __future__ import annotations

import pytest

from lambda_migrate.engine.ledger import Ledger
from lambda_migrate.engine.promotion import promote, waiting
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive
from tests.engine.world import FAIL, PASS, UNSURE, Stage, plan


def promoted(stage: Stage, reason: str) -> str:
    executor = stage.open()
    with executor.ledger as ledger:
        return promote(ledger, reason).id


def test_a_step_that_waits_passes_and_the_run_goes_on_with_the_next(stage: Stage) -> None:
    stage.verdicts = [UNSURE, PASS]
    with pytest.raises(Inconclusive):
        stage.run(plan("b:1:2?", "b:2:3?"))

    assert promoted(stage, " sundays are quiet ") == "01-set_value"
    stage.run(plan("b:1:2?", "b:2:3?"))

    assert (stage.world.values["b"], stage.verdicts) == ("3", [])
    notes = [record for record in Ledger.read(stage.path).records if record.note and record.note["kind"] == "verdict"]
    assert [(note.by, note.note and note.note["result"]) for note in notes] == [
        ("alice", "inconclusive"),
        ("alice", "pass"),
        ("alice", "pass"),
    ]
    assert notes[1].note
    assert (notes[1].note["reasons"], notes[1].note["promoted"]) == (["promoted: sundays are quiet"], True)


def test_only_what_waits_is_promoted(stage: Stage) -> None:
    with pytest.raises(GateClosed) as nothing:
        promoted(stage, "why not")
    stage.verdicts = [FAIL]
    with pytest.raises(GateClosed) as failed:
        stage.run(plan("b:1:2?"))
    assert (nothing.value.gate, failed.value.gate) == ("nothing-to-promote", "verdict-failed")
    with pytest.raises(GateClosed):
        promoted(stage, "why not")
    stage.verdicts = [UNSURE, UNSURE]
    with pytest.raises(Inconclusive):
        stage.run(plan("b:1:2?", "b:2:3?"))
    with pytest.raises(ConfigError):
        promoted(stage, "  ")
    promoted(stage, "quiet")
    with pytest.raises(GateClosed):
        promoted(stage, "once more")
    assert waiting(Ledger.read(stage.path)) is None
