"""Many short runs that want one lock: never two holders, and nobody loses a lock that they hold."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.lock import Lock
from lambda_migrate.errors import Locked
from tests.support.chaos import rounds
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.queues import SimpleQueue
    from pathlib import Path

pytestmark = [pytest.mark.processes, pytest.mark.chaos, pytest.mark.timeout(600)]

RUNNERS = 6
TIMES = 300


def run(path: Path, told: SimpleQueue[str], number: int) -> None:
    """Take the lock again and again; one of them dies with it now and then, as a process that is killed."""
    for time in range(TIMES):
        lock = Lock(path)
        try:
            lock.acquire(f"cutover {number}")
        except Locked:
            continue
        alone = path.with_suffix(".alone")
        try:
            os.close(os.open(alone, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            told.put("two held it at once")
        if not lock.ours:
            told.put("one lost it")
        alone.unlink(missing_ok=True)
        if number == 0 and time > TIMES / 2:
            told.put("died")
            os.kill(os.getpid(), signal.SIGKILL)
        lock.release()
    told.put("done")


@pytest.mark.parametrize("_round", rounds(1, 8))
def test_of_many_short_runs_one_holds_the_lock(
    _round: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    context = multiprocessing.get_context("fork")
    told: SimpleQueue[str] = context.SimpleQueue()
    runners = [context.Process(target=run, args=(tmp_path / "ledger.lock", told, number)) for number in range(RUNNERS)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(5 * TIMEOUT)

    said = sorted(told.get() for _ in range(RUNNERS) if not told.empty())
    assert set(said) <= {"died", "done"}, said
    assert told.empty()
    assert Lock(tmp_path / "ledger.lock").acquire("cutover") is None or not (tmp_path / "ledger.alone").exists()
    record_property("chaos", {"rounds of the lock": RUNNERS * TIMES})
