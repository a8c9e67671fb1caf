"""Finds code that runs an event loop of its own.

## Why it breaks
Lambda calls a plain function, so handlers start loops themselves: `asyncio.run`, `run_until_complete`. Under an ASGI
server a loop already runs. Called on it they raise "asyncio.run() cannot be called from a running event loop"; in a
worker thread they make a second loop, to which pools and clients of the first do not belong.

## Instead
Make the caller `async` and await. Where a plain function must call a coroutine, use `anyio.from_thread.run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM309"
SEVERITY = Severity.ERROR
HINT = "make the caller `async` and await; from a worker thread use `anyio.from_thread.run`"

VALID = (
    "import asyncio\nasync def main(): ...\nif __name__ == '__main__':\n    asyncio.run(main())\n",
    "import asyncio\nasync def loop():\n    return asyncio.get_event_loop()\n",
    "import subprocess\nsubprocess.run(['true'])\n",
)
INVALID = (
    "import asyncio\ndef handler(event, context):\n    return asyncio.run(work(event))\n",
    "import asyncio\nloop = asyncio.get_event_loop()\n",
    "from asyncio import new_event_loop\ndef run(task):\n    return new_event_loop().run_until_complete(task)\n",
    "import nest_asyncio\nnest_asyncio.apply()\n",
    "from asgiref.sync import async_to_sync\ndef read(work):\n    return async_to_sync(work)()\n",
)
KNOWN_MISSES = ("import asyncio\nrun = getattr(asyncio, 'run')\nrun(work())\n",)
LOOPS = frozenset(
    {
        "asyncio.run", "asyncio.get_event_loop", "asyncio.new_event_loop", "asyncio.Runner", "anyio.run", "trio.run",
        "uvloop.run", "nest_asyncio.apply", "asgiref.sync.async_to_sync",
    }
)  # fmt: skip


def check(module: Module) -> Iterator[Fact]:
    """Report calls that make or run a loop, but not asking for the running one inside a coroutine."""
    if not module.mentions(b"asyncio", b"anyio", b"run_until_complete", b"async_to_sync", b"trio", b"uvloop"):
        return
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        asks_for_running = resolved == "asyncio.get_event_loop" and scope.kind == "async"
        runs = getattr(call.func, "attr", "") == "run_until_complete"
        if runs or (resolved in LOOPS and not asks_for_running):
            yield module.fact(call, f"`{module.snippet(call.func)}` runs an event loop of its own")
