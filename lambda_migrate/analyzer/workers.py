"""Reads files in several processes where the folder is large enough to be worth starting them."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Job = TypeVar("Job")
Result = TypeVar("Result")

# Below this many bytes of source, starting a process costs more time than it saves.
WORTH_PROCESSES = 2_000_000
CHUNK = 16


class Workers:
    """Applies a function to many files, in order, here or in worker processes."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self.pool = pool

    def map(self, function: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        """Yield the results in the order of the jobs.

        If a worker dies (killed for its memory, or a caller whose main module cannot be imported again), what it did
        not deliver is done here.
        """
        done = 0
        if self.pool is not None and len(jobs) > CHUNK:
            try:
                for result in self.pool.map(function, jobs, chunksize=CHUNK):
                    done += 1
                    yield result
            except BrokenProcessPool:
                self.pool = None
        for job in jobs[done:]:
            yield function(job)


@contextmanager
def working(size: int, count: int | None) -> Iterator[Workers]:
    """Provide workers for that many bytes of source.

    Args:
        size: bytes to read in all.
        count: number of processes; None for one per available processor.
    """
    wanted = _processors() if count is None else count
    if wanted < 2 or size < WORTH_PROCESSES or not _can_start_processes():  # noqa: PLR2004  # one worker is this process
        yield Workers(None)
        return
    # A forked copy of a process that has threads can deadlock; a fresh interpreter cannot.
    with ProcessPoolExecutor(wanted, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield Workers(pool)


def _can_start_processes() -> bool:
    """Return whether a new process could import the main module again, as starting one does; standard input cannot."""
    main = sys.modules["__main__"]
    path = getattr(main, "__file__", None)
    return getattr(main, "__spec__", None) is not None or path is None or os.path.isfile(path)  # noqa: PTH113  # text


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
