"""``--fast``: unit tests alone, those that need nothing but this process, and a word about what is left out.

Left out are benchmarks; whole commands in the simulated account (marker ``simulation``, set by the folder) and its
histories (marker ``chaos``); tests that try hundreds of odd inputs (marker ``fuzz``); tests on an embedded AWS (marker
``sandbox``, or its fixtures); and tests that start processes or real servers (marker ``processes``). A module that
imports what starts them, itself or through what it imports from ``tests``, is marked by that. Where it is the program
that starts them, the test says so itself: ``--fast`` refuses every process, so that none slips in.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

STARTERS = ("subprocess", "multiprocessing", "uvicorn", "hypercorn")
EMBEDDED_AWS = "embedded_aws"
REASONS = {
    "benchmark": "benchmarks",
    "sandbox": "on an embedded AWS",
    "processes": "that start processes or servers",
    "chaos": "made up at random",
    "fuzz": "of hundreds of odd inputs each",
    "simulation": "of whole commands in the simulated account",
}
"""Markers, the strongest first, and what tests that carry them are."""

_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="unit tests alone; says what it leaves out")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LEFT_OUT] = Counter()
    if config.getoption("--fast"):
        sys.addaudithook(_refuse_processes)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        _mark(item)
    if not config.getoption("--fast"):
        return
    reasons = {item: next((name for name in REASONS if item.get_closest_marker(name)), "") for item in items}
    config.stash[_LEFT_OUT].update(reason for reason in reasons.values() if reason)
    config.hook.pytest_deselected(items=[item for item in items if reasons[item]])
    items[:] = [item for item in items if not reasons[item]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[_LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker of pytest-xdist left out; all leave out the same."""
    node.config.stash[_LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash[_LEFT_OUT]
    if left_out:
        told = ", ".join(f"{left_out[name]} {text}" for name, text in REASONS.items() if left_out[name])
        terminalreporter.write_line(f"left out: {told}; `make test` runs them, `make bench` the benchmarks")


def _mark(item: pytest.Item) -> None:
    """Mark a test by what it uses."""
    if EMBEDDED_AWS in getattr(item, "fixturenames", ()):
        item.add_marker("sandbox")
    module = getattr(item, "module", None)
    if module is not None and _starts(module):
        item.add_marker("processes")
    if "/tests/simulation/" in item.path.as_posix():
        item.add_marker("simulation")


@cache
def _starts(module: ModuleType) -> bool:
    """Return whether a module of the tests imports what starts processes or servers, or another one that does."""
    return any(name in vars(module) for name in STARTERS) or any(_starts(other) for other in _imported(module))


def _imported(module: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of the tests from which a module has something."""
    names = {getattr(value, "__module__", None) or getattr(value, "__name__", "") for value in vars(module).values()}
    for name in names - {module.__name__}:
        if isinstance(name, str) and name.startswith("tests.") and name in sys.modules:
            yield sys.modules[name]


def _refuse_processes(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn") and _running:
        msg = "a unit test tried to start a process; give it the marker `processes`"
        raise RuntimeError(msg)


_running: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _running.append(item.nodeid)
    try:
        return (yield)
    finally:
        _running.pop()
