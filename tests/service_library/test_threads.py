"""Threads: as many as there may be, kept for the next call, never in the way of the end."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lambda_migrate_service.threads import Threads

from tests.support.waiting import TIMEOUT, eventually

LIBRARY = Path(__file__).parents[2] / "service_library"
WORD: contextvars.ContextVar[str] = contextvars.ContextVar("word", default="")


def test_calls_return_raise_and_see_the_context() -> None:
    async def run() -> None:
        threads = Threads(2, "test")
        WORD.set("mine")
        assert await threads.run(WORD.get) == "mine"
        with pytest.raises(ValueError, match="invalid literal"):
            await threads.run(int, "x")
        with pytest.raises(SystemExit):
            await threads.run(sys.exit, 3)

    asyncio.run(run())


def test_there_are_never_more_threads_than_may_be() -> None:
    running, most, lock = 0, 0, threading.Lock()
    names: set[str] = set()
    together = threading.Barrier(3)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            names.add(threading.current_thread().name)
        together.wait(TIMEOUT)
        with lock:
            running -= 1

    async def run() -> None:
        threads = Threads(3, "test")
        await asyncio.gather(*(threads.run(work) for _ in range(12)))

    asyncio.run(run())
    assert (most, len(names)) == (3, 3)


def test_one_thread_is_enough_for_one_call_after_another() -> None:
    names: set[str] = set()

    async def run() -> None:
        threads = Threads(3, "test")
        for _ in range(5):
            await threads.run(lambda: names.add(threading.current_thread().name))
            await asyncio.to_thread(eventually, lambda: threads._unclaimed == 1)  # it waits for the next call

    asyncio.run(run())
    assert len(names) == 1


def test_a_call_that_nobody_awaits_any_more_is_not_begun() -> None:
    made: list[str] = []
    gate = threading.Event()

    async def run() -> None:
        threads = Threads(1, "test")
        first = asyncio.ensure_future(threads.run(gate.wait, 10))
        second = asyncio.ensure_future(threads.run(made.append, "late"))
        await asyncio.wait({second}, timeout=0.05)
        second.cancel()
        await asyncio.wait({second})
        gate.set()
        await first
        await threads.run(made.append, "third")

    asyncio.run(run())
    assert made == ["third"]


def test_calls_that_hang_do_not_use_up_the_threads_of_others() -> None:
    gate = threading.Event()

    async def run() -> list[int]:
        threads = Threads(2, "test")
        for _ in range(6):
            hanging = asyncio.ensure_future(threads.run(gate.wait, 10))
            waiting = asyncio.ensure_future(threads.run(gate.wait, 10))
            await asyncio.wait({hanging, waiting}, timeout=0.02)
            hanging.cancel()
            waiting.cancel()
        answers = [await threads.run(int, "7"), await threads.run(int, "8")]
        gate.set()
        return answers

    assert asyncio.run(run()) == [7, 8]


def test_a_call_that_never_returns_does_not_hold_up_the_end() -> None:
    script = (
        "import asyncio, sys, time\n"
        f"sys.path.insert(0, {str(LIBRARY)!r})\n"
        "from lambda_migrate_service.threads import Threads\n"
        "async def run():\n"
        "    work = asyncio.ensure_future(Threads(1, 'x').run(time.sleep, 600))\n"
        "    await asyncio.wait({work}, timeout=0.1)\n"
        "    work.cancel()\n"
        "asyncio.run(run())\n"
    )
    ran = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_code_that_asks_for_the_current_event_loop_can_run_a_coroutine_in_it() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    def handler() -> str:
        return asyncio.get_event_loop().run_until_complete(work())

    async def scenario() -> list[str]:
        threads = Threads(2, "test")
        return [await threads.run(handler) for _ in range(3)]

    assert asyncio.run(scenario()) == ["done"] * 3
