"""Finds start-up code of an application whose adapter has `lifespan="off"`.

## Why it breaks
With `Mangum(app, lifespan="off")` the application's lifespan and its `startup` handlers have **never run in
production**. An ASGI server runs them: once in every worker of every instance. Migrations, seeding, timers and
threads that were dead code come to life, several times over, often beside the scheduled event that does the same job.

## Instead
Read the start-up code as if it were new. Delete what Lambda proved unnecessary, move one-time work (migrations, seeds)
into the deployment, and keep only what every process needs, such as opening a connection pool.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapters
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.harmless_calls import SAYS
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.scopes import last_name
from lambda_migrate.analyzer.startup import startup_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM002"
SEVERITY = Severity.ERROR
HINT = "this code has never run in production: decide for each line whether every worker shall run it"
BY_HAND = "leave `SERVICE_LIFESPAN` off, or take the call at import away"

VALID = (
    "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nhandler = Mangum(app, lifespan='off')\n",
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\napp = FastAPI(lifespan=life)\n"
        "handler = Mangum(app, lifespan='on')\n"
    ),
    # Nothing is done before it yields.
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nasync def life(app):\n    print('up')\n    yield\n"
        "    await close()\napp = FastAPI(lifespan=life)\nhandler = Mangum(app, lifespan='off')\n"
    ),
)
INVALID = (
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\napp = FastAPI(lifespan=life)\n"
        "handler = Mangum(app, lifespan='off')\n"
    ),
    Sample(
        {
            "app/web.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\ndef seed(): ...\n",
            "app/main.py": "from mangum import Mangum\nfrom app.web import app\nhandler = Mangum(app, 'off')\n",
        },
        handler="app.main.handler",
    ),
    (
        "from mangum import Mangum\nfrom starlette.applications import Starlette\nOFF = 'off'\n"
        "app = Starlette(on_startup=[print])\nhandler = Mangum(app, lifespan=OFF)\n"
    ),
)
KNOWN_MISSES = (
    # The application's class is the user's own.
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\nclass Shop(FastAPI): ...\n"
        "handler = Mangum(Shop(lifespan=life), lifespan='off')\n"
    ),
    # The setting comes from the environment.
    (
        "import os\nfrom fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\n"
        "app = FastAPI(lifespan=life)\nhandler = Mangum(app, lifespan=os.environ['LIFESPAN'])\n"
    ),
)


def check(module: Module) -> Iterator[Fact]:
    """Note adapters that are off, and start-up code."""
    for adapter in adapters(module):
        if adapter.kind == "mangum" and adapter.lifespan == "off":
            yield module.fact_at(adapter.line, 0, "", kind="off")
    for node, what in startup_code(module):
        if _only_ends(module, node):
            continue  # what runs at the end is of no use without a beginning, and of no harm
        yield module.fact(node, kind="by hand" if _runs_at_import(module, node) else "startup", value=what)
    for call in _starts_by_hand(module):
        yield module.fact(call, kind="started")


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:  # noqa: ARG001  # the facts suffice
    """Report start-up code where an adapter never ran it."""
    off = next((fact for fact in facts if fact.kind == "off"), None)
    if off is None:
        return
    started = next((fact for fact in facts if fact.kind == "started"), None)
    for fact in facts:
        if fact.kind == "by hand" or (fact.kind == "startup" and started is not None):
            where = f" ({started.path}:{started.line})" if started else ""
            said = f"{fact.value} runs at import{where}; with `SERVICE_LIFESPAN=on` it would run twice"
            yield fact.saying(said, severity=Severity.INFO, hint=BY_HAND)
        elif fact.kind == "startup":
            yield fact.saying(f"{fact.value} has never run: `lifespan` is off in {off.path}:{off.line}")


def _only_ends(module: Module, node: ast.expr) -> bool:
    """Return whether a function that is given as the lifespan does nothing before it yields, but say something."""
    bodies = [function.body for function, scope in module.functions()
              if scope is module.root and isinstance(node, ast.Name) and function.name == node.id]  # fmt: skip
    if len(bodies) != 1:
        return False
    for statement in bodies[0]:
        if any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(statement)):
            first = statement.body[0] if isinstance(statement, ast.Try) else statement
            plain = isinstance(first, ast.Expr) and isinstance(first.value, ast.Yield)
            return plain and not any(isinstance(part, ast.Call) for part in ast.walk(first))
        value = statement.value if isinstance(statement, ast.Expr) else None
        says = isinstance(value, ast.Call) and last_name(value.func) in SAYS
        if not (says or isinstance(value, ast.Constant)):
            return False
    return False


def _starts_by_hand(module: Module) -> Iterator[ast.expr]:
    """Return where an application's start-up code is run when the module is imported."""
    for call, scope in module.calls("startup", "lifespan_context", "_startup"):
        if scope.at_import and isinstance(call.func, ast.Attribute):
            yield call


def _runs_at_import(module: Module, node: ast.expr) -> bool:
    """Return whether the very function that is given as start-up code is called when the module is imported."""
    names = {last_name(node)}
    for function, scope in module.functions():
        if scope is module.root and any(part is node for each in function.decorator_list for part in ast.walk(each)):
            names.add(function.name)
    if isinstance(node, ast.List):
        names |= {last_name(each) for each in node.elts}
    return any(scope.at_import for _, scope in module.calls(*(names - {""})) if names - {""})
