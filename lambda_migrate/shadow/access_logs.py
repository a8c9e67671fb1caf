"""Lines of access logs and of CloudWatch Logs as events: what was asked, as far as a log keeps it.

Sources: "Access log entries" of Application Load Balancers (the request stands in quotes, as method, URL and
protocol); access logs of API Gateway, whose format its owner chooses: JSON, CLF, CSV or XML of ``$context`` variables
("Set up CloudWatch logging for REST APIs", API Gateway developer guide); CloudWatch Logs as it is exported to S3 or
printed by the AWS CLI, whose ``message`` may hold an event that the function logged, or a record of the proxy. Access
logs keep no body.
"""

from __future__ import annotations

import json
import re
from typing import Any

_REQUEST = re.compile(r'"(?P<method>[A-Z]+) (?P<url>https?://\S+) HTTP/[\d.]+"(?: "(?P<agent>[^"]*)")?')
_BY_PATH = (
    re.compile(r'"(?P<method>[A-Z]+) (?P<path>/\S*) HTTP/[\d.]+"'),
    re.compile(r',"?(?P<method>GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)"?,"?(?P<path>/[^,"]*)"?,"?HTTP/'),
    re.compile(r"<httpMethod>(?P<method>[A-Z]+)</httpMethod>.*<(?:resourceP|p)ath>(?P<path>/[^<]*)</"),
)
"""CLF, CSV and XML of API Gateway."""

_OF_EVENT = ("requestContext", "Records", "detail-type")
"""Members by which a logged document is known to be an event; so are `httpMethod` and `headers` together."""

RECORD = "LambdaMigrateRecord"
"""The member by which a line is known that the proxy recorded."""

EXPECTED = "a line of an access log, or JSON with `httpMethod` and `path`, or with an event in `message`"
NAMES_A_ROUTE = "a path; the log names the route only: have it log `$context.path`, not `$context.resourcePath`"


class NotAnEvent(ValueError):
    """A line holds no event; the message is what was expected."""


def event_of(line: str) -> dict[str, Any]:
    """Return the event or record of a line, or ``{"request": ...}`` as a HAR file has it.

    Args:
        line: Of an access log, or of an export of CloudWatch Logs.

    Raises:
        NotAnEvent: It holds neither.
    """
    document = _inner(line)
    if isinstance(document, dict):
        return _of_document(document)
    match = _REQUEST.search(line)
    if match is not None:
        return request(match["method"], match["url"], match["agent"] or "")
    for pattern in _BY_PATH:
        match = pattern.search(line)
        if match is not None:
            return _at_path(match["method"], match["path"])
    raise NotAnEvent(EXPECTED)


def request(method: str, url: str, agent: str = "") -> dict[str, Any]:
    """Return a request as a HAR file has it."""
    headers = [{"name": "user-agent", "value": agent}] if agent and agent != "-" else []
    return {"request": {"method": method, "url": url, "headers": headers}}


def _at_path(method: str, path: str, host: str = "localhost", query: str = "", agent: str = "") -> dict[str, Any]:
    if "{" in path:
        raise NotAnEvent(NAMES_A_ROUTE)
    return request(method, f"https://{host}{path}" + (f"?{query}" if query else ""), agent)


def _of_document(document: dict[str, Any]) -> dict[str, Any]:
    message = document.get("message")
    inner = _inner(message) if isinstance(message, str) and RECORD not in document else document
    if isinstance(inner, dict) and RECORD in inner:
        return inner
    if isinstance(inner, dict) and _is_event(inner):
        return inner
    method, path = document.get("httpMethod"), document.get("path") or document.get("resourcePath")
    if path is None and isinstance(document.get("routeKey"), str):
        path = str(document["routeKey"]).partition(" ")[2]
    if not isinstance(method, str) or not isinstance(path, str) or not path.startswith("/"):
        raise NotAnEvent(EXPECTED)
    query = str(document.get("queryString") or document.get("querystring") or "")
    host, agent = str(document.get("domainName") or "localhost"), str(document.get("userAgent") or "")
    return _at_path(method, path, host, query, agent)


def _is_event(document: dict[str, Any]) -> bool:
    known = any(name in document for name in _OF_EVENT) or {"httpMethod", "headers"} <= document.keys()
    return known and "requestId" not in document


def _inner(message: str) -> Any:
    """Return the document in a logged message, whatever stands before it on the line."""
    start = message.find("{")
    try:
        return json.loads(message[start:]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None


def messages(document: Any) -> list[str] | None:
    """Return the messages of CloudWatch Logs in a document; None for one of something else.

    Args:
        document: What `aws logs filter-log-events`, `get-log-events` or `get-query-results` prints, or what a
            subscription sends.
    """
    if not isinstance(document, dict):
        return None
    rows = document.get("results")
    if isinstance(rows, list) and all(isinstance(row, list) for row in rows) and "statistics" in document:
        fields = [{str(each.get("field")): each.get("value") for each in row if isinstance(each, dict)} for row in rows]
        return [str(row["@message"]) for row in fields if "@message" in row]
    for name in ("events", "logEvents"):
        listed = document.get(name)
        if isinstance(listed, list) and listed and all(_is_logged(each) for each in listed):
            return [str(each["message"]) for each in listed]
    return None


def _is_logged(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("message"), str) and "timestamp" in value
