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

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapters
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.startup import startup_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM002"
SEVERITY = Severity.ERROR
HINT = "this code has never run in production: decide for each line whether every worker shall run it"

VALID = (
    "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nhandler = Mangum(app, lifespan='off')\n",
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\napp = FastAPI(lifespan=life)\n"
        "handler = Mangum(app, lifespan='on')\n"
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
        yield module.fact(node, kind="startup", value=what)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:  # noqa: ARG001  # the facts suffice
    """Report start-up code where an adapter never ran it."""
    off = next((fact for fact in facts if fact.kind == "off"), None)
    if off is not None:
        for fact in facts:
            if fact.kind == "startup":
                yield fact.saying(f"{fact.value} has never run: `lifespan` is off in {off.path}:{off.line}")
