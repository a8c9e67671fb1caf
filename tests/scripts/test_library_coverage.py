"""The share of branches that the library's tests run has a bound."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scripts.library_coverage import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("covered", "ended"), [(95, 0), (94, 1)])
def test_a_share_below_the_bound_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], covered: int, ended: int
) -> None:
    files = {"a.py": {"missing_branches": [[3, 5], [7, -1]]}, "b.py": {"missing_branches": []}}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"files": files, "totals": {"covered_branches": covered, "num_branches": 100}}))

    assert main(report) == ended
    assert capsys.readouterr().out.splitlines() == [
        "a.py: 3->5, 7->-1",
        f"{covered} of 100 branches, {covered}.0 %; at least 95 % are due",
    ]
