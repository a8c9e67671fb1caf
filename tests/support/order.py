"""Long tests begin first, so that no worker is left with one when the others are through.

``@pytest.mark.long(90)`` says that a test takes about so many seconds. pytest-xdist's ``worksteal`` gives each worker
a run of consecutive tests, and later takes from the end of what another one has left: what stands at the head of a
worker's run is begun at once, and stays with that worker. Long tests wait for much of their time, the others for half
of theirs: two workers of five get no long one, so that the cores are busy meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Test = TypeVar("Test")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    long = {item: item.get_closest_marker("long") for item in items}
    seconds = {item: marker.args[0] for item, marker in long.items() if marker}
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = dealt(seconds, [item for item in items if item not in seconds], workers)


def dealt(seconds: Mapping[Test, float], rest: Sequence[Test], workers: int) -> list[Test]:
    """Return all tests in an order that gives half of the workers, rounded up, the long ones, and those first.

    Args:
        seconds: The long tests, and about how long each takes.
        rest: All others.
        workers: How many workers there are; each gets a run of the tests, as long as those of the others.
    """
    heads: list[list[Test]] = [[] for _ in range(workers)]
    for test in sorted(seconds, key=lambda each: -seconds[each]):
        min(heads[: (workers + 1) // 2], key=lambda head: sum(seconds[each] for each in head)).append(test)
    order: list[Test] = []
    left, total = list(rest), len(seconds) + len(rest)
    for number, head in enumerate(heads):
        size = max(0, (total - len(order)) // (workers - number) - len(head))
        order += [*head, *left[:size]]
        left = left[size:]
    return [*order, *left]
