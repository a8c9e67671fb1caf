"""Finds a configured handler that is not in the code.

## Why it breaks
Following imports begins at the handler. When its file or its name is missing, it may come from a layer, be made by a
build step, or be misspelt; every file is analysed instead, and much of what is reported may never run. With the Lambda
Web Adapter the handler is a shell script that starts a server: such a function serves HTTP already, without an adapter
in its code.

## Instead
Give the handler as the function's configuration has it (`module.function`), and the folder its module is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM008"
SEVERITY = Severity.ERROR
HINT = "give the handler as the function's configuration has it, and the folder that its module is in"

VALID = (
    Sample({"src/app/main.py": "def handler(event, context): ...\n"}, handler="app.main.handler"),
    Sample({"app/main.py": "def handler(event, context): ...\n"}, handler="app/main.handler"),
    Sample({"main.py": "from web import *\n"}, handler="main.handler"),
    Sample({"main.py": "for name in ('a', 'handler'):\n    globals()[name] = name\n"}),
)
INVALID = (
    Sample({"main.py": "def handler(event, context): ...\n"}, handler="app.main.handler"),
    Sample({"main.py": "def handle(event, context): ...\n"}, handler="main.handler"),
    Sample({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, handler="run.sh"),
)
KNOWN_MISSES = (
    # A star import may or may not bring the name.
    Sample({"main.py": "from os import *\n"}, handler="main.handler"),
)


def check(module: Module) -> Iterator[Fact]:
    """Report a handler's file without the handler."""
    name, root = module.entry, module.root
    hidden = module.error is not None or module.index.stars
    if name and not hidden and name not in root.imports and name not in root.assigned:
        yield module.fact_at(1, 0, f"`{module.path}` defines no `{name}`, the configured handler")


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report a handler without a file, or a file without the handler."""
    if project.handler is None:
        return
    module, _, name = project.handler.rpartition(".")
    if name == "sh":
        script = f"`{project.handler}` is a start script, as the Lambda Web Adapter has it, and no Python handler"
        yield Fact(project.handler, 1, 1, 1, "", script)
    elif not project.handler_path:
        yield Fact(f"{module.replace('.', '/')}.py", 1, 1, 1, "", f"no file holds the handler `{project.handler}`")
    elif "wsgi_handler" not in project.handler:
        yield from facts
