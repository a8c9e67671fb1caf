"""Finds work that goes on after the response: background tasks, loose asyncio tasks, threads.

## Why it breaks
Under Mangum, background tasks ran *before* the response was returned, so a caller could rely on them; threads and loose
tasks were frozen with the process, and perhaps never finished. On a server they run after the response, next to other
requests, and are lost when the worker is told to stop.

## Instead
What must not be lost goes on a queue. What may be lost can stay a background task; let shutdown wait for it, and keep a
reference to every asyncio task.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM601"
SEVERITY = Severity.WARN
HINT = "put on a queue what must not be lost, and let shutdown wait for the rest"

VALID = (
    (
        "import asyncio\nasync def read():\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(work())\n"
    ),
    (
        "import asyncio\nasync def read():\n    tasks = [asyncio.create_task(work()) for _ in range(3)]\n"
        "    return await asyncio.gather(*tasks)\n"
    ),
    "import asyncio\nasync def read():\n    await asyncio.wait_for(asyncio.create_task(work()), 3)\n",
    (
        "from threading import Thread\ndef read():\n    threads = []\n    threads.append(Thread(target=print))\n"
        "    for thread in threads:\n        thread.start()\n    for thread in threads:\n        thread.join()\n"
    ),
    "def plan(project):\n    project.add_task('x')\n",
)
INVALID = (
    "from fastapi import BackgroundTasks\ndef order(tasks: BackgroundTasks):\n    tasks.add_task(print, 1)\n",
    "import asyncio\nasync def read():\n    asyncio.create_task(work())\n",
    "from threading import Thread\nThread(target=print).start()\n",
    "from starlette.background import BackgroundTask\ntask = BackgroundTask(print)\n",
    "import asyncio\nasync def read():\n    loop = asyncio.get_running_loop()\n    loop.create_task(work())\n",
    (
        "import asyncio\nasync def lifespan(app):\n    task = asyncio.create_task(work())\n    yield\n"
        "    task.cancel()\n    await task\n"
    ),
)
KNOWN_MISSES = (
    "def order(tasks):\n    tasks.add_task(print, 1)\n",
    "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\npool.submit(print, 1)\n",
)
WORDS = (b"BackgroundTask", b"create_task", b"ensure_future", b"threading", b"_thread", b"Process")
STARTS = re.compile(
    r"^((fastapi|starlette)\.(background\.)?(BackgroundTask|BackgroundTasks\(\)\.add_task)|asyncio\.(create_task|ensure_future)"
    r"|asyncio\.get_(running|event)_loop\(\)\.create_task|threading\.(Thread|Timer)|multiprocessing\.Process"
    r"|_thread\.start_new_thread)$"
)


def check(module: Module) -> Iterator[Fact]:
    """Report where such work is started."""
    if not module.mentions(*WORDS):
        return
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        if not STARTS.match(resolved) or _is_waited_for(call, scope):
            continue
        name = resolved.rpartition(".")[2]
        yield module.fact(call, f"`{name}` work now runs after the response, and is lost when the worker stops")


def _is_waited_for(call: ast.Call, scope: Scope) -> bool:
    """Return whether the function that starts the work waits for it; what a lifespan waits for still runs meanwhile."""
    if not isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    parts = list(ast.walk(scope.node))
    if any(isinstance(part, ast.Yield) for part in parts):
        return False
    names = set(_names_of(call, parts))
    for part in parts:
        if isinstance(part, ast.Await):
            waited = list(ast.walk(part.value))
            if any(each is call or getattr(each, "id", None) in names for each in waited):
                return True
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "join" and not part.args:
            return True
    return False


def _names_of(call: ast.Call, parts: list[ast.AST]) -> Iterator[str]:
    """Return the names that what is started is bound to, or put into."""
    for part in parts:
        if isinstance(part, ast.Assign) and any(each is call for each in ast.walk(part.value)):
            yield from (target.id for target in part.targets if isinstance(target, ast.Name))
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") in {"append", "add"} and call in part.args:
            yield last_name(part.func.value)  # type: ignore[attr-defined]
