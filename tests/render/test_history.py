"""What a note of the ledger says, in one line."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.engine.record import Record
from lambda_migrate.render.history import note


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"result": "pass", "holds": 80.0, "turns": 160.0}, "load pass: holds 80 requests a second"),
        ({"result": "fail", "holds": None, "turns": 5.0}, "load fail: holds none of the rates"),
        ({"result": "inconclusive", "holds": None, "turns": None}, "load inconclusive"),
    ],
)
def test_a_load_that_says_nothing_is_not_said_to_hold_nothing(told: dict[str, Any], said: str) -> None:
    record = Record(7, "", "note", "2026-11-30T12:00:00+00:00", "me", None, "", note={"kind": "load", **told})

    assert note(record) == said
