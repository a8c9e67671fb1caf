"""The asserts of test modules are rewritten once, each worker beginning with others."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

from _pytest.assertion import rewrite

from tests.support.rewritten import beginning_with, keep, modules

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_each_worker_begins_with_its_own_share(tmp_path: Path) -> None:
    made = [tmp_path / f"test_{letter}.py" for letter in "abcde"]
    for module in (*made, tmp_path / "stage.py"):
        module.write_text("")
    a, b, c, d, e = sorted(modules(tmp_path))

    orders = [beginning_with(number, 2, [a, b, c, d, e]) for number in range(2)]

    assert orders == [[a, b, c, d, e], [c, d, e, a, b]]
    assert list(modules(a)) == []


def test_what_is_kept_is_what_pytest_reads_and_is_made_again_where_the_module_has_changed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    module = tmp_path / "test_it.py"
    module.write_text("def test() -> None:\n    assert 1 == 1\n")

    first = [keep(module, request.config) for _ in "12"]
    (kept,) = tmp_path.rglob("*.pyc")
    changed = kept.stat().st_mtime + 1
    module.write_text("def test() -> None:\n    assert 2 == 2\n")
    os.utime(module, (changed, changed))
    again = keep(module, request.config)

    assert (first, again) == ([True, False], True)
    assert kept == rewrite.get_cache_dir(module) / f"test_it{rewrite.PYC_TAIL}"
    assert kept.read_bytes()[8:16] == importlib.util.source_hash(module.read_bytes())
