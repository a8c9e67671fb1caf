"""Killed at any moment, or met by a failing AWS: typed again, a command ends where others end."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.chaos.journey import Chaos, Reference, Stage, travelling
from tests.support.chaos import rounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.sandbox, pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.mark.long(70)
@pytest.mark.parametrize("_round", rounds(1, 14))
def test_a_journey_ends_where_one_ends_to_which_nothing_happened(
    _round: int,
    chaos_seed: int,
    stage: Stage,
    reference: Reference,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    dice = random.Random(chaos_seed)

    with travelling(stage, tmp_path / "work") as journey:
        try:
            Chaos(journey, reference, dice).travel()
        finally:
            record_property("chaos", {**journey.counted, "commands": len(journey.told), "journeys": 1})
