"""Finding a gate by what somebody typed, and the pages that are made from the gates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lambda_migrate.gates import pages

DOCS = Path(__file__).parents[2] / "docs" / "gates.md"


def test_the_written_page_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == pages.document(), (
        "run: python -m lambda_migrate.gates.documentation docs/gates.md"
    )


def test_the_page_is_written_by_the_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lambda_migrate.gates.documentation", str(tmp_path / "gates.md")]
    subprocess.run(command, check=True, cwd=DOCS.parents[1])  # this very Python

    assert (tmp_path / "gates.md").read_text(encoding="utf-8") == pages.document()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("snap-start", "snap-start"),
        (" snap-start ", "snap-start"),
        ("trigger", "trigger"),
        ("trigger:s3", "trigger"),
        ("qualifier:prod", "qualifier"),
        ("snap-start:s3", None),
        ("Snap-Start", None),
        ("LM204", None),
        ("", None),
    ],
)
def test_a_gate_is_found_by_the_name_that_plans_print(typed: str, name: str | None) -> None:
    gate = pages.find(typed)

    assert (gate.name if gate else None) == name


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("snap-strat", "snap-start"),
        ("SnapStart", "snap-start"),
        ("triger:s3", "trigger:s3"),
        ("Trigger:s3", "trigger:s3"),
        ("tmp-pth", "tmp-path"),
        ("zzzzzz", ""),
    ],
)
def test_the_nearest_name_is_what_somebody_probably_meant(typed: str, near: str) -> None:
    assert pages.nearest(typed, ["tmp-path", "print-as-log"]) == near


@pytest.mark.parametrize(
    ("blockers", "hint"),
    [
        (["snap-start: it is on"], "`lambda-migrate explain snap-start` says why, and what to do"),
        (["trigger:s3: s3 `a: b` stays"], "`lambda-migrate explain trigger:s3` says why, and what to do"),
        (
            ["stack `orders` is in ROLLBACK_FAILED: delete it", "traffic: 3 invocations"],
            "`lambda-migrate explain traffic` says why, and what to do",
        ),
        (["stack `orders` is in ROLLBACK_FAILED: delete it"], ""),
        ([], ""),
    ],
)
def test_a_plan_that_names_a_gate_hints_at_its_page(blockers: list[str], hint: str) -> None:
    assert pages.hint(blockers) == hint
