from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import ACTIONS
from tests.engine.world import KINDS, Stage, World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for kind in KINDS:
        monkeypatch.setitem(ACTIONS, kind.kind, kind)
    return Stage(tmp_path / "ledger.yaml", World({"a": "1", "b": "1", "c": "1"}))
