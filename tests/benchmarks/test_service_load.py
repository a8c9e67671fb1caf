"""Five minutes at the highest rate that this machine gives, client and service together on it.

`LOAD_SECONDS` makes it longer or shorter; `BENCH_WRITE=1` writes the table into docs/service.md.
"""

from __future__ import annotations

import os
import re
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.service_library.load import CLIENTS, HUGE, HUGE_BODY, SLOW_BODIES, SLOW_HEADS, load
from tests.service_library.loaded import CONCURRENCY

if TYPE_CHECKING:
    from tests.service_library.load import Report

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

DOCUMENT = Path(__file__).parents[2] / "docs" / "service.md"
SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))


def test_the_service_under_load(tmp_path: Path) -> None:
    report = load(tmp_path, SECONDS)
    table = tabled(report)
    print("\n" + table)
    assert (report.unexpected, report.lost) == ({}, [])
    assert report.queue["received"] == report.queue["deleted"] + report.queue["given back"]
    if os.environ.get("BENCH_WRITE"):
        text = DOCUMENT.read_text()
        marked = re.compile(r"(?s)(<!-- load -->\n).*?(<!-- /load -->)")
        assert marked.search(text)
        DOCUMENT.write_text(marked.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text))


def tabled(report: Report) -> str:
    spread = statistics.quantiles(report.milliseconds, n=1000)
    warm, end = report.memory
    raised = report.answers["raises", 500]
    events = report.answers["event", 200]
    queue = report.queue
    rows = [
        ("seconds", f"{report.seconds:.0f}"),
        ("clients without a pause", f"{CLIENTS}"),
        ("beside them", f"{SLOW_HEADS} slow heads, {SLOW_BODIES} slow bodies, {HUGE} of {HUGE_BODY // 1_000_000} MB"),
        ("requests at once that are allowed", f"{CONCURRENCY}"),
        ("requests answered", f"{sum(report.answers.values()):,} ({report.rate:,.0f} a second)"),
        ("of them raised in the application", f"{raised:,}, each a 500"),
        ("of them events, signed", f"{events:,}"),
        ("other 5xx, lost requests", f"{sum(report.unexpected.values())}, {len(report.lost)}"),
        ("huge requests answered", f"{sum(report.huge.values()):,}"),
        ("ordinary request, milliseconds", f"median {spread[499]:.1f}, p99 {spread[989]:.0f}, p99.9 {spread[998]:.0f}"),
        ("memory after the warm-up, at the end", f"{warm:.0f} MB, {end:.0f} MB"),
        ("answered after SIGTERM, lost", f"{report.draining:,}, {len(report.lost)}"),
        (
            "messages of the queue",
            f"{queue['received']:,} received, {queue['deleted']:,} handled, {queue['given back']:,} given back",
        ),
    ]
    return "\n".join(["| what | figure |", "| --- | --- |", *(f"| {name} | {figure} |" for name, figure in rows)])
