"""Appending to the ledger costs the same with 10 records and with 100,000."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.ledger import Ledger
from tests.support import long_ledger
from tests.support.long_ledger import ORDERS

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 200


def filled(path: Path, count: int) -> Path:
    """Write a ledger of so many records at once; appending never reads those in the middle."""
    long_ledger.write(path, count)
    return path


def append_seconds(path: Path) -> tuple[float, float]:
    """Return the seconds of opening, and the median seconds of one append."""
    began = time.perf_counter()
    with Ledger.open(path, ORDERS, command="benchmark", by="me") as ledger:
        opening = time.perf_counter() - began
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            ledger.append("intent", id="01-shift_weight", run=2, action={"kind": "shift_weight", "alias": "live"})
            times.append(time.perf_counter() - began)
    return opening, statistics.median(times)


@pytest.mark.benchmark
def test_append_at_10_and_at_100000_records(tmp_path: Path) -> None:
    few = append_seconds(filled(tmp_path / "few.yaml", 10))
    many = append_seconds(filled(tmp_path / "many.yaml", 100_000))

    print(f"\nledger append: {few[1] * 1e6:.0f} µs at 10 records, {many[1] * 1e6:.0f} µs at 100,000: ", end="")
    print(f"ratio {many[1] / few[1]:.2f}")
    print(f"ledger open:   {few[0] * 1e6:.0f} µs at 10 records, {many[0] * 1e6:.0f} µs at 100,000: ", end="")
    print(f"ratio {many[0] / few[0]:.2f}")
