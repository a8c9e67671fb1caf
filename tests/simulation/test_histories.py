"""Histories that Hypothesis makes up: whatever happens, what must hold does."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.simulation.history import History, Replay
from tests.simulation.strategies import histories

HISTORIES = int(os.environ.get("HISTORIES", "300"))
CHUNKS = 12
SEED = int(os.environ.get("HISTORIES_SEED", "20260301"))


def replay(history: History) -> None:
    """Have a history happen in a folder of its own, in memory where the machine has such a place."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        Replay(history, Path(folder)).run()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_happens_production_is_served_and_everything_goes_back(chunk: int) -> None:
    number = SEED + chunk

    @seed(number)
    @settings(
        max_examples=max(1, HISTORIES // CHUNKS),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(histories)
    def happens(history: History) -> None:
        replay(history)

    print(f"seed {number}")
    happens()
