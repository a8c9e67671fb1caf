"""Finds a handler that imports no adapter between Lambda and a web application.

## Why it breaks
A server needs an ASGI or WSGI application. When nothing the handler imports hands one to Mangum, apig-wsgi,
serverless-wsgi or awsgi, the function answers events itself, and there is nothing that could be served as it is.

## Instead
If the function only handles events other than HTTP requests, the service's events endpoint can call its handler. If it
answers HTTP events itself, write the routes as an application first, while the function still runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM006"
SEVERITY = Severity.ERROR
HINT = "give the service an ASGI application: routes for HTTP events, the events endpoint for all others"

VALID = (
    Sample(
        {
            "web.py": "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nasgi = Mangum(app)\n",
            "main.py": "from web import asgi\ndef handler(event, context):\n    return asgi(event, context)\n",
        },
        handler="main.handler",
    ),
    "def handler(event, context):\n    return {}\n",
)
INVALID = (Sample({"main.py": "def handler(event, context):\n    return {'ok': True}\n"}, handler="main.handler"),)
KNOWN_MISSES = (
    # An adapter of the user's own cannot be told from a handler that answers events itself: it is reported, wrongly,
    # and the other way round an adapter that is imported and never called counts as one.
    Sample(
        {
            "web.py": "from mangum import Mangum\nfrom shop import app\nunused = Mangum(app)\n",
            "main.py": "import web\ndef handler(event, context):\n    return {}\n",
        },
        handler="main.handler",
    ),
)


def check(module: Module) -> Iterator[Fact]:
    """Note where the handler's module begins."""
    if module.entry and module.error is None:
        assigned = module.root.assigned.get(module.entry, [])
        line = next((getattr(value, "lineno", 1) for value, _ in assigned if value is not None), 1)
        yield module.fact_at(line, 0, "", kind="entry")


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report the handler when no analysed module makes an adapter."""
    if facts and not any(report.adapters for report in project.reports) and "wsgi_handler" not in str(project.handler):
        yield facts[0].saying(f"nothing that `{project.handler}` imports puts an application behind Lambda")
