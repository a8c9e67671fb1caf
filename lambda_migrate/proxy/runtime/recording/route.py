"""What an event is called where events are counted: the route of a request, or where another event comes from."""

from __future__ import annotations

import re
from urllib.parse import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

READS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing ("Safe Methods", RFC 9110, 9.2.1)."""

_PATHS = ("path", "rawPath", "raw_path")
_NUMBER_OR_ID = re.compile(r"^(\d+|[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")


def route_of(event: dict[str, Any]) -> tuple[str, str]:
    """Return the route, and the method; "" for the method of what is not an HTTP request.

    Numbers and ids of a path become `{}` where AWS does not name the route.

    Args:
        event: As Lambda gets it.
    """
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    lattice = event.get("method") if "path" in event or "raw_path" in event else None
    method = str(http.get("method") or event.get("httpMethod") or lattice or "").upper()
    if not method:
        return _source(event), ""
    key, resource = str(event.get("routeKey") or ""), str(event.get("resource") or "")
    if key and key != "$default" and "{proxy+}" not in key:
        return key, method
    if resource.startswith("/") and "{proxy+}" not in resource:
        return f"{method} {resource}", method
    path = str(event.get("rawPath") or event.get("path") or event.get("raw_path") or http.get("path") or "/")
    path = path.partition("?")[0]
    return f"{method} {'/'.join(['{}' if _NUMBER_OR_ID.match(part) else part for part in path.split('/')])}", method


def without(event: dict[str, Any], secrets: list[str]) -> dict[str, Any]:
    """Return an event whose paths hold none of some texts.

    Args:
        event: A request as Lambda gets it.
        secrets: Values of path parameters.
    """
    texts = {form for each in secrets if each for form in (each, quote(each, safe=""))}

    def clean(value: Any) -> Any:
        for text in sorted(texts, key=len, reverse=True) if isinstance(value, str) else ():
            value = value.replace(text, "[redacted]")
        return value

    context = _mapping(event.get("requestContext"))
    changed = {name: clean(value) if name in _PATHS else value for name, value in event.items()}
    if "path" in context:
        changed["requestContext"] = {**context, "path": clean(context["path"])}
    http = _mapping(context.get("http"))
    if "path" in http:
        changed["requestContext"] = {**changed["requestContext"], "http": {**http, "path": clean(http["path"])}}
    return changed


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _source(event: dict[str, Any]) -> str:
    """Return where an event comes from, as AWS names that."""
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records and isinstance(records[0], dict) else event
    for name in ("eventSource", "EventSource", "source"):
        if first.get(name):
            return str(first[name])
    return "event"
