"""Twenty seconds of as much as the machine gives: nothing is lost, nobody starves, memory stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.service_library.load import load

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTES = 40.0
"""That memory may grow: the bodies of huge requests come and go."""


def test_under_load_nothing_is_lost_and_memory_stays(tmp_path: Path) -> None:
    report = load(tmp_path, 20.0)

    assert report.unexpected == {}
    assert report.lost == []
    assert {kind for kind, _ in report.answers} == {"ordinary", "raises", "slow", "event"}
    assert set(report.huge) == {200}
    assert report.draining > 0
    assert report.queue["received"] == report.queue["deleted"] + report.queue["given back"] > 0
    assert report.ended == 0
    warm, end = report.memory
    assert end - warm < MEGABYTES
