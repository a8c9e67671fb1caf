"""Finds code that runs an event loop of its own.

## Why it breaks
Lambda calls a plain function, so handlers start loops themselves: `asyncio.run`, `run_until_complete`. Under an ASGI
server a loop already runs. Called on it they raise "asyncio.run() cannot be called from a running event loop"; in a
worker thread they make a second loop, to which pools and clients of the first do not belong.

## Instead
Make the caller `async` and await. Where a plain function must call a coroutine, use `anyio.from_thread.run`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import KINDS
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import event_functions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM309"
SEVERITY = Severity.ERROR
AT_IMPORT = "the service imports the code before its own loop runs; another server may not"
IN_A_HANDLER = "events run in a thread, where it works; share no pools or clients with the application's loop"
HINT = "make the caller `async` and await; from a worker thread use `anyio.from_thread.run`"

VALID = (
    "import asyncio\nasync def main(): ...\nif __name__ == '__main__':\n    asyncio.run(main())\n",
    "import asyncio\nasync def loop():\n    return asyncio.get_event_loop()\n",
    "import subprocess\nsubprocess.run(['true'])\n",
    # What Mangum needs since Python 3.12: a loop is made, and nothing is run in it.
    (
        "import asyncio\ntry:\n    asyncio.get_event_loop()\nexcept RuntimeError:\n"
        "    asyncio.set_event_loop(asyncio.new_event_loop())\n"
    ),
    "import asyncio\nloop = asyncio.get_event_loop()\n",
    (
        "import asyncio\nfrom mangum import Mangum\nfrom web import app\nasgi = Mangum(app)\n"
        "def handler(request):\n    return asyncio.new_event_loop().run_until_complete(asgi(request, None))\n"
    ),
)
INVALID = (
    "import asyncio\ndef handler(event, context):\n    return asyncio.run(work(event))\n",
    "import asyncio\nloop = asyncio.get_event_loop()\nloop.run_forever()\n",
    "from asyncio import new_event_loop\ndef run(task):\n    return new_event_loop().run_until_complete(task)\n",
    "import nest_asyncio\nnest_asyncio.apply()\n",
    "from asgiref.sync import async_to_sync\ndef read(work):\n    return async_to_sync(work)()\n",
)
KNOWN_MISSES = ("import asyncio\nrun = getattr(asyncio, 'run')\nrun(work())\n",)
LOOPS = frozenset(
    {
        "asyncio.run", "asyncio.Runner", "anyio.run", "trio.run",
        "uvloop.run", "nest_asyncio.apply", "asgiref.sync.async_to_sync",
    }
)  # fmt: skip
RUNS = frozenset({"run_until_complete", "run_forever"})


def check(module: Module) -> Iterator[Fact]:
    """Report calls that run a loop; one that is only made, or asked for, does nothing by itself."""
    if not module.mentions(
        b"asyncio", b"anyio", b"run_until_complete", b"run_forever", b"async_to_sync", b"trio", b"uvloop"
    ):
        return
    asks = [where for _, where in module.calls("get_running_loop")]
    handlers = [function for function, _, _ in event_functions(module)]
    for call, scope in module.all_calls():
        if getattr(call.func, "attr", "") in RUNS or module.resolved(call, scope) in LOOPS:
            if _runs_the_adapter(module, call, scope):
                continue
            fact = module.fact(call, f"`{module.snippet(call.func)}` runs an event loop of its own")
            if scope.at_import:
                said = f"{fact.message} at import, before that of the service"
                yield fact.saying(said, severity=Severity.INFO, hint=AT_IMPORT)
            elif scope.node in handlers or scope in asks or _is_of_handlers(module, scope, handlers):
                yield fact.saying(fact.message, severity=Severity.WARN, hint=IN_A_HANDLER)
            elif scope.kind == "async" or "nest_asyncio" in fact.message:
                yield fact  # it raises where a loop runs, or changes the loop of everybody
            else:
                yield fact.saying(fact.message, severity=Severity.WARN)


def _runs_the_adapter(module: Module, call: ast.Call, scope: Scope) -> bool:
    """Return whether a handler waits for its adapter so: a server calls neither."""
    run = call.args[0] if call.args else None
    return isinstance(run, ast.Call) and module.resolve(run.func, scope).removesuffix("()") in KINDS


def _is_of_handlers(module: Module, scope: Scope, handlers: Sequence[Function]) -> bool:
    """Return whether a function that only its module knows is called by handlers alone."""
    name = getattr(scope.node, "name", "")
    if not name.startswith("_") or scope.kind != "function":
        return False
    callers = [where.node for _, where in module.calls(name)]
    return bool(callers) and all(caller in handlers for caller in callers)
