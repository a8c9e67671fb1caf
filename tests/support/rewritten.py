"""The asserts of all test modules are rewritten once, by all workers together.

pytest rewrites the asserts of a module before it first imports it, which takes longer than everything else that is
collected, and keeps the result beside the module. All workers import the same modules in the same order at the same
time: in a fresh clone each would rewrite all of them. So each begins with its own share first, and goes on with those
of the others, where it finds most of them done.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from _pytest.assertion import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    worker = getattr(session.config, "workerinput", None)
    if worker and not sys.dont_write_bytecode:
        number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
        folders = (session.config.invocation_params.dir / each for each in session.config.args)
        for module in beginning_with(number, count, sorted({file for each in folders for file in modules(each)})):
            keep(module, session.config)


def modules(folder: Path) -> Iterator[Path]:
    """Yield the test modules below a folder; none where it is a file, or one test of it."""
    yield from folder.rglob("test_*.py") if folder.is_dir() else ()


def beginning_with(number: int, count: int, modules: Sequence[Path]) -> list[Path]:
    """Return all modules, the share of one of so many workers first."""
    first = len(modules) * number // count
    return [*modules[first:], *modules[:first]]


def keep(module: Path, config: pytest.Config) -> bool:
    """Rewrite a module, and keep the result where pytest looks for it; return whether that was still to be done."""
    folder = rewrite.get_cache_dir(module)
    kept = folder / f"{module.stem}{rewrite.PYC_TAIL}"
    if (kept.exists() and kept.stat().st_mtime >= module.stat().st_mtime) or not rewrite.try_makedirs(folder):
        return False
    state = config.stash[rewrite.assertstate_key]
    found, code = rewrite._rewrite_test(module, config)
    return rewrite._write_pyc(state, code, found, kept)
