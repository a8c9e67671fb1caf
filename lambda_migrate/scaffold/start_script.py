"""The application that a function under the AWS Lambda Web Adapter starts: by a script, or by an image's command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.import_root import candidates
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold.adapter import Application

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambda_migrate.scaffold.facts import FunctionFacts
    from lambda_migrate.scaffold.source import Source

COMMAND = "start.sh"
"""What stands for the handler of an image whose command starts a server."""

_SERVES = re.compile(
    r"\b(?:uvicorn|hypercorn|gunicorn|granian)\b[^\n;&|]{0,1000}?[\s\"',]([A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?)"
)
_FASTAPI = re.compile(r"\bfastapi\s+(?:run|dev)\s+(?:-\S+\s+)*([\w./-]+)\.py\b")


def is_one(handler: str, paths: Collection[str]) -> bool:
    """Tell whether a handler is a script, by its name or because the code has a file of that name."""
    return handler.endswith(".sh") or ("." not in handler and handler in paths)


def application(text: str) -> str:
    """Return the application that a command starts, ``module:name``; "" where it does not say."""
    joined = re.sub(r"\\\n", " ", text)
    served = _SERVES.search(joined)
    if served:
        return f"{served[1]}()" if "--factory" in joined and not served[1].endswith("()") else served[1]
    run = _FASTAPI.search(joined)
    return f"{run[1].removeprefix('./').replace('/', '.')}:app" if run else ""


def of(handler: str, source: Source, facts: FunctionFacts, given: str) -> Application | None:
    """Return the application of a function that is started by a script or a command; None where a handler is called.

    An application that the user names where neither a handler nor an adapter is known is started that way, too.

    Raises:
        MigrateError: As :func:`started`.
    """
    if is_one(handler, source.paths):
        return started(handler, source, facts, given)
    if not given or handler or candidates([path for path in source.paths if path.endswith(".py")], source.read):
        return None
    return Application(given, COMMAND, by_script=True)


def started(handler: str, source: Source, facts: FunctionFacts, given: str) -> Application:
    """Return the application behind a script; Mangum has no part in it.

    Args:
        handler: The script's name.
        source: The code, which the script is among.
        facts: The function; an image's command is among them.
        given: What the user says the application is, "" where the script shall tell.

    Raises:
        MigrateError: Neither says which application it is.
    """
    text = " ".join(facts.command)
    if handler in source.paths:
        text = source.read(handler).decode("utf-8", "replace")
    app = given or application(text)
    if not app:
        raise MigrateError(
            f"which application `{handler}` starts cannot be determined", hint="name it with `--app module:name`"
        )
    prefix = facts.environment.get("AWS_LWA_REMOVE_BASE_PATH", "").strip("/")
    return Application(app, handler, base_path=f"/{prefix}" if prefix else "", by_script=True)
