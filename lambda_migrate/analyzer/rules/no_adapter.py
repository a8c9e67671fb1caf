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
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM006"
SEVERITY = Severity.ERROR
EVENTS_ONLY = "the service calls it for events, and needs no application"
# What finds code that answers requests: adapters for WSGI, parts of API Gateway's events, its responses.
OF_REQUESTS = frozenset({"LM011", "LM101", "LM102", "LM103", "LM104", "LM507", "LM508", "LM509"})
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
INVALID = (
    Sample({"main.py": "def handler(event, context):\n    return {'ok': True}\n"}, handler="main.handler"),
    Sample(
        {"main.py": "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x'}\n"},
        handler="main.handler",
    ),
)
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
    """Report the handler when no analysed module makes an adapter; as a note where nothing answers requests either."""
    if not facts or any(report.adapters for report in project.reports) or "wsgi_handler" in str(project.handler):
        return
    if any(OF_REQUESTS & report.facts.keys() or _asks_for_http(report.facts) for report in project.reports):
        yield facts[0].saying(f"nothing that `{project.handler}` imports puts an application behind Lambda")
    else:
        said = f"`{project.handler}` serves events only, as far as the code shows"
        yield facts[0].saying(said, severity=Severity.INFO, hint=EVENTS_ONLY)


def _asks_for_http(facts: Mapping[str, tuple[Fact, ...]]) -> bool:
    return any('"http"' in fact.value for fact in facts.get("LM003", ()))
