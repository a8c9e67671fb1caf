"""Histories that Hypothesis makes up: whatever happens, production is served, and everything goes back."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.simulation.history import History, replay
from tests.simulation.strategies import histories
from tests.support.chaos import FULL

pytestmark = pytest.mark.chaos

HISTORIES = int(os.environ.get("HISTORIES", "5000" if FULL else "300"))
CHUNKS = 100 if FULL else 12
SEED = int(os.environ.get("CHAOS_SEED", "1"))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_happens_production_is_served_and_everything_goes_back(chunk: int) -> None:
    number = 1000 * SEED + chunk

    @seed(number)
    @settings(
        max_examples=max(1, HISTORIES // CHUNKS),
        database=None,
        deadline=None,
        phases=[Phase.generate],  # a history is short, and told in full
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(histories)
    def happens(history: History) -> None:
        replay(history)

    print(f"CHAOS_SEED={SEED}, chunk {chunk}")
    happens()
