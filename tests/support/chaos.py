"""How often random tests are run, from which seeds, and what they came to.

``make chaos`` sets CHAOS=full; ``make test`` runs a short part of the same. A test draws from ``chaos_seed``, which is
printed; CHAOS_SEED replays one. It says what it did with ``record_property("chaos", {"kills": 3})``; the sums and the
seeds are told at the end.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = os.environ.get("CHAOS") == "full"
_GIVEN = os.environ.get("CHAOS_SEED", "")


def rounds(short: int, full: int) -> range:
    """Return the rounds of a random test; one where a seed is replayed."""
    return range(1 if _GIVEN else full if FULL else short)


@pytest.fixture
def chaos_seed(record_property: Callable[[str, object], None]) -> int:
    """The seed of a round."""
    seed = int(_GIVEN or random.SystemRandom().randrange(10**6))
    print(f"CHAOS_SEED={seed}")
    record_property("chaos seed", seed)
    return seed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how much was tried, and from which seeds."""
    tried: Counter[str] = Counter()
    seeds: list[int] = []
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "chaos":
                tried.update(value)
            elif name == "chaos seed":
                seeds.append(value)
    if seeds:
        told = ", ".join(f"{count} {what}" for what, count in sorted(tried.items()))
        terminalreporter.write_line(f"chaos: {told}; seeds {', '.join(map(str, sorted(seeds)))}")
