"""The routes of a Starlette or FastAPI application."""

from __future__ import annotations

import re
from typing import Any


def routes(app: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return method and path of every route, those of mounted applications and included routers too.

    An application of another kind has none.
    """
    pairs: list[tuple[str, str]] = []
    for route in getattr(app, "routes", None) or []:
        path = prefix + (getattr(route, "path", None) or "")
        methods = sorted(getattr(route, "methods", None) or [])
        pairs += [(method, path) for method in methods] or routes(getattr(route, "app", None), path)
        included = getattr(route, "original_router", None)  # FastAPI keeps an included router whole, where others copy
        if included is not None:
            pairs += routes(included, prefix + route.include_context.prefix)
    return pairs


def paths(app: Any, *methods: str) -> list[tuple[str, str]]:
    """Return the routes with every parameter filled in, as method and path that can be asked for.

    Args:
        app: The application.
        methods: Only those; default: all but HEAD.
    """
    return [
        (method, re.sub(r"{[^}]*}", "1", path) or "/")
        for method, path in routes(app)
        if (method in methods if methods else method != "HEAD")
    ]


def unserved_path(app: Any) -> str:
    """Return a path that no route of the application takes; empty where one takes every path."""
    path = "/lambda-migrate/no/such/path"
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": [], "query_string": b""}
    for route in getattr(app, "routes", None) or []:
        if hasattr(route, "matches") and route.matches(scope)[0].value:  # 0 is `Match.NONE`
            return ""
    return path
