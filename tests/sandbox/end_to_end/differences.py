"""What the application behind the proxy means to see differently from before: all of it, one change each.

Those with an id stand in docs/proxy.md with their reasons; the tests of the proxy hold their definition.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.proxy.deviations import SCOPE

Facts = dict[str, Any]

BASE_PATH = "/api"


def behind_the_proxy(facts: Facts, version: str) -> Facts:
    """Return what the application sees behind the proxy, given what it saw in the function."""
    facts = _listed(facts)
    for change in (_reserved_headers_are_dropped, _the_context_is_as_on_aws, _raw_path_is_there):
        facts = change(facts)
    context = {**facts["context"], "function_version": version}
    return {**facts, "context": context, "handled_by": "service"}


def _listed(facts: Facts) -> Facts:
    """Apply the deviations of docs/proxy.md."""
    view = {name: facts[name] for name in ("method", "path", "query", "headers")}
    view |= {"client": facts["client"][0], "body": bytes(facts["length"])}
    event = facts["event"]
    if isinstance(event.get("rawPath"), str):
        event = {**event, "rawPath": event["rawPath"].removeprefix(BASE_PATH)}
    for change in SCOPE.values():
        view = change(event, view)
    del view["body"]
    return {**facts, **view, "client": [view["client"], facts["client"][1]]}


def _reserved_headers_are_dropped(facts: Facts) -> Facts:
    """Nobody but the proxy speaks in its name; the event still tells what the client sent."""
    kept = {name: values for name, values in facts["headers"].items() if not name.startswith("x-lambda-migrate-")}
    return {**facts, "headers": kept}


def _the_context_is_as_on_aws(facts: Facts) -> Facts:
    """AWS tells the memory as text, the embedded AWS as a number."""
    return {**facts, "context": {**facts["context"], "memory_limit_in_mb": str(facts["context"]["memory_limit_in_mb"])}}


def _raw_path_is_there(facts: Facts) -> Facts:
    """Mangum has none; that of the service is the path, escaped."""
    return {**facts, "raw_path": facts["path"]}


def with_the_raw_path_unescaped(facts: Facts) -> Facts:
    """Return the facts with the path that is on the wire as the application reads it."""
    return {**facts, "raw_path": unquote(facts["raw_path"])}
