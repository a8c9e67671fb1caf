"""Finds more than one application behind adapters in the analysed code.

## Why it breaks
One function may serve several applications: by event, by path, or because a repository holds several functions. A
service runs one, so somebody has to say which, or how they are joined.

## Instead
Name the handler, so that only what it imports counts. If one handler really serves several applications, mount them
into one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapters
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM007"
SEVERITY = Severity.WARN
HINT = "name the handler to be moved, or mount the applications into one"

ADAPTED = "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nhandler = Mangum(app)\n"
VALID = (
    "from mangum import Mangum\nfrom web import app\nhandler = Mangum(app)\n",
    Sample(
        {
            "web.py": ADAPTED,
            "jobs.py": "from mangum import Mangum\nfrom web import app as shop\nhandler = Mangum(shop)\n",
        }
    ),
)
INVALID = (
    "from mangum import Mangum\nfrom web import admin, shop\nhandler = Mangum(shop)\nadmin_handler = Mangum(admin)\n",
    Sample(
        {
            "orders.py": ADAPTED,
            "users.py": ADAPTED,
        }
    ),
    Sample(
        {
            "orders.py": "from mangum import Mangum\nfrom web import orders\nhandler = Mangum(orders)\n",
            "users.py": "import serverless_wsgi\nfrom web import users\ndef handler(event, context):\n"
            "    return serverless_wsgi.handle_request(users, event, context)\n",
        }
    ),
)
KNOWN_MISSES = (
    # The same name may be another application at run time.
    "from mangum import Mangum\nfrom web import apps\nhandlers = {app.title: Mangum(app) for app in apps}\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Note every adapter with its application."""
    for adapter in adapters(module):
        yield module.fact_at(adapter.line, 0, "", kind="adapter", value=adapter.application)


def _origin(application: str, project: Project) -> str:
    """Return where in the project an application is made, whatever names it was imported under."""
    names = [name for name in project.names(application) if project.location(name)]
    return names[-1] if names else application


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report every adapter when they serve different applications."""
    served: dict[str, str] = {}
    for fact in facts:
        place = f"{fact.path}:{fact.line}"
        served.setdefault(_origin(fact.value, project) or place, fact.value or f"that of {place}")
    if len(served) > 1:
        for fact in facts:
            this = fact.value or f"that of {fact.path}:{fact.line}"
            yield fact.saying(
                f"`{this}` is one of {len(served)} adapted applications: {', '.join(sorted(served.values()))}"
            )
