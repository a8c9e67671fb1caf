"""What the program waits for on the way there is what AWS takes: without the waits, something would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.account import opened
from tests.simulation.migrating import CONFIGURATION, Migrating
from tests.simulation.unkindness import Unkindness
from tests.simulation.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path

HASTY = CONFIGURATION.replace("cutover: {", "cutover: {propagation: false, ")
LOST = "after 24 s, by time: topic orders-topic: nothing that is subscribed gets its messages"


@pytest.mark.parametrize(("configuration", "lost"), [(CONFIGURATION, []), (HASTY, [LOST])])
def test_a_new_subscription_is_known_everywhere_before_the_old_one_is_parked(
    tmp_path: Path, configuration: str, lost: list[str]
) -> None:
    world = opened(15, Unkindness(spread=True))
    watch = Watch(world)
    we = Migrating(world, tmp_path, configuration, wrote=watch.look)

    assert [we("proxy").how, we("cutover").how] == ["done", "done"]

    world.time.advance(1000.0)
    assert [each for each in watch.broken if "orders-topic: " in each] == lost
