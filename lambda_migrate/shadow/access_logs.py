"""Lines of access logs and of CloudWatch Logs as events: what was asked, as far as a log keeps it.

Sources: "Access log entries" of Application Load Balancers (the request stands in quotes, as method, URL and
protocol); access logs of API Gateway, whose format its owner chooses, here JSON of ``$context`` variables; an export
of CloudWatch Logs, whose ``message`` may hold an event that the function logged. None of them keeps a body.
"""

from __future__ import annotations

import json
import re
from typing import Any

_REQUEST = re.compile(r'"(?P<method>[A-Z]+) (?P<url>https?://\S+) HTTP/[\d.]+"(?: "(?P<agent>[^"]*)")?')
_OF_EVENT = ("requestContext", "Records", "httpMethod", "detail-type")
"""Members by which a logged document is known to be an event."""

EXPECTED = "a line of an access log, or JSON with `httpMethod` and `path`, or with an event in `message`"


def event_of(line: str) -> dict[str, Any] | None:
    """Return the event of a line, or ``{"request": ...}`` as a HAR file has it; None where it is neither.

    Args:
        line: Of an access log, or of an export of CloudWatch Logs.
    """
    if line.lstrip().startswith("{"):
        return _of_document(line)
    match = _REQUEST.search(line)
    if match is None:
        return None
    return request(match["method"], match["url"], match["agent"] or "")


def request(method: str, url: str, agent: str = "") -> dict[str, Any]:
    """Return a request as a HAR file has it."""
    headers = [{"name": "user-agent", "value": agent}] if agent and agent != "-" else []
    return {"request": {"method": method, "url": url, "headers": headers}}


def _of_document(line: str) -> dict[str, Any] | None:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None
    message = document.get("message")
    inner = _inner(message) if isinstance(message, str) else document
    if isinstance(inner, dict) and any(name in inner for name in _OF_EVENT) and "requestId" not in inner:
        return inner
    method, path = document.get("httpMethod"), document.get("path") or document.get("resourcePath")
    if not isinstance(method, str) or not isinstance(path, str) or not path.startswith("/"):
        return None
    query = document.get("queryString") or document.get("querystring") or ""
    host = str(document.get("domainName") or "localhost")
    return request(
        method, f"https://{host}{path}" + (f"?{query}" if query else ""), str(document.get("userAgent") or "")
    )


def _inner(message: str) -> Any:
    """Return the document in a logged message, whatever stands before it on the line."""
    start = message.find("{")
    try:
        return json.loads(message[start:]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
