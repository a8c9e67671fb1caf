"""Finds start-up code of an application whose adapter has `lifespan="auto"` or `"on"`.

## Why it breaks
Mangum enters and leaves the application's lifespan around **every single event** (`LifespanCycle` in
`Mangum.__call__`), not once per process. So code that opened a connection, read a secret or loaded a model did that
freshly for each request; on a server it does it once, and what it made lives for weeks. Nothing that it put into a
global or into `app.state` is renewed any more, and its shut-down half, which ran after each request, runs only when the
worker ends.

## Instead
Look for what the start-up code leaves behind: give caches and secrets a time to live, let a pool replace connections
that went stale, and move per-request work into a dependency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapters
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.startup import startup_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM005"
SEVERITY = Severity.WARN
HINT = "on a server this runs once per worker: renew what it leaves behind, and do per-request work per request"

VALID = (
    "from fastapi import FastAPI\nfrom mangum import Mangum\nhandler = Mangum(FastAPI())\n",
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\n"
        "handler = Mangum(FastAPI(lifespan=life), lifespan='off')\n"
    ),
)
INVALID = (
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\nfrom start import life\napp = FastAPI(lifespan=life)\n"
        "handler = Mangum(app)\n"
    ),
    (
        "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\n"
        "app.add_event_handler('startup', print)\n"
        "handler = Mangum(app, lifespan='on')\n"
    ),
)
KNOWN_MISSES = (
    # Another framework's own hook.
    (
        "from mangum import Mangum\nfrom quart import Quart\napp = Quart(__name__)\n@app.before_serving\n"
        "async def go(): ...\n"
        "handler = Mangum(app)\n"
    ),
)


def check(module: Module) -> Iterator[Fact]:
    """Note adapters that run the lifespan, and start-up code."""
    for adapter in adapters(module):
        if adapter.kind == "mangum":
            yield module.fact_at(adapter.line, 0, "", kind="adapter", value=adapter.lifespan)
    for node, what in startup_code(module):
        yield module.fact(node, kind="startup", value=what)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:  # noqa: ARG001  # the facts suffice
    """Report start-up code that every event has run, unless some adapter is off and it is reported as that."""
    made = [fact for fact in facts if fact.kind == "adapter"]
    if made and all(fact.value != "off" for fact in made):
        for fact in facts:
            if fact.kind == "startup":
                place = f"{made[0].path}:{made[0].line}"
                yield fact.saying(f"{fact.value} has run for every event (`lifespan={made[0].value}` in {place})")
