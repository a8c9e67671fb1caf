"""Events to compare by: from files of events, from HAR files of a browser, and from access logs.

HAR is the HTTP Archive format, version 1.2 (``log.entries[].request``).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_migrate.proxy.runtime.recording.route import READS, route_of
from lambda_migrate.shadow import access_logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = "LambdaMigrateRecord"
"""The member by which a line is known that the proxy recorded."""

_EXPECTED = "an event as Lambda gets it, an object"


@dataclass(frozen=True)
class Answered:
    """What came of an event when it was recorded.

    Attributes:
        value: What was returned.
        error: Class of what was raised; "" where something was returned.
        milliseconds: How long it took; 0 where nobody knows.
    """

    value: Any = None
    error: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True)
class Recorded:
    """An event, or why there is none.

    Attributes:
        where: File and line.
        event: As Lambda gets it; None where it cannot be read.
        problem: What was expected there; "" where it can be read.
        original: What the original answered when it was recorded; None where that is not known.
        service: What the service answered to the same event then; likewise.
    """

    where: str
    event: dict[str, Any] | None
    problem: str = ""
    original: Answered | None = None
    service: Answered | None = None


def recorded(where: str, value: dict[str, Any]) -> Recorded:
    """Return an event as it is, or with its answers where it is one that the proxy recorded."""
    if RECORD not in value:
        return Recorded(where, value)
    event = value.get("event")
    if not isinstance(event, dict):
        return Recorded(where, None, "a record with its event, an object")
    return Recorded(where, event, "", _answered(value.get("original")), _answered(value.get("service")))


def _answered(value: Any) -> Answered | None:
    if not isinstance(value, dict) or not ("answer" in value or "error" in value):
        return None
    took = value.get("milliseconds")
    return Answered(value.get("answer"), str(value.get("error") or ""), took if isinstance(took, int | float) else 0.0)


def events(path: Path) -> Iterator[Recorded]:
    """Yield the events of a file, or of all files of a folder in the order of their names; what is wrong is told.

    Args:
        path: ``.json`` (one event, or a list), ``.jsonl`` (one a line), ``.har``, ``.log``, or a folder of these.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix in _READERS:
                yield from events(file)
    elif path.suffix in _READERS:
        yield from _READERS[path.suffix](path)
    else:
        yield Recorded(path.name, None, f"one of {', '.join(_READERS)}")


def _lines(path: Path) -> Iterator[Recorded]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _event(f"{path.name}:{number}", line)


def _event(where: str, text: bytes) -> Recorded:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Recorded(where, None, "JSON")
    return recorded(where, value) if isinstance(value, dict) else Recorded(where, None, _EXPECTED)


def _whole(path: Path) -> Iterator[Recorded]:
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        yield Recorded(path.name, None, "JSON")
        return
    for number, each in enumerate(value if isinstance(value, list) else [value], start=1):
        where = f"{path.name}:{number}" if isinstance(value, list) else path.name
        yield recorded(where, each) if isinstance(each, dict) else Recorded(where, None, _EXPECTED)


def _har(path: Path) -> Iterator[Recorded]:
    try:
        entries = json.loads(path.read_bytes())["log"]["entries"]
        listed = [each["request"] for each in entries]
    except (ValueError, RecursionError, KeyError, TypeError):
        yield Recorded(path.name, None, "a HAR file, with log.entries")
        return
    for number, request in enumerate(listed, start=1):
        where = f"{path.name}:{number}"
        try:
            yield Recorded(where, _of_request(request))
        except (KeyError, TypeError, ValueError, AttributeError):
            yield Recorded(where, None, "a request with method, url and headers")


def _log(path: Path) -> Iterator[Recorded]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            event, where = _logged(line), f"{path.name}:{number}"
            yield Recorded(where, event, "" if event is not None else access_logs.EXPECTED)


def _logged(line: str) -> dict[str, Any] | None:
    """Return the event of a line; None where it holds none, or an address that is none, as those who probe send."""
    event = access_logs.event_of(line)
    try:
        return _of_request(event["request"]) if event is not None and "request" in event else event
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


_READERS = {".json": _whole, ".jsonl": _lines, ".har": _har, ".log": _log}


def _of_request(request: dict[str, Any]) -> dict[str, Any]:
    """Return the event that an HTTP API makes of a request ("payload format version 2.0")."""
    url, headers = urlsplit(request["url"]), {each["name"].lower(): each["value"] for each in request["headers"]}
    cookies = [each.strip() for each in headers.pop("cookie", "").split(";") if each.strip()]
    content = request.get("postData") or {}
    body = content.get("text")
    encoded = content.get("encoding") == "base64"
    if body is not None and not encoded and not body.isascii():
        body, encoded = base64.b64encode(body.encode()).decode(), True
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": url.path or "/",
        "rawQueryString": url.query,
        "cookies": cookies,
        "headers": {name: value for name, value in headers.items() if not name.startswith(":")},
        "requestContext": {
            "domainName": url.netloc,
            "http": {
                "method": request["method"].upper(),
                "path": url.path or "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "shadow",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "isBase64Encoded": encoded,
    }
    return event if body is None else {**event, "body": body}


@dataclass(frozen=True)
class About:
    """What an event is.

    Attributes:
        route: ``GET /items/{}``, or where what is not a request comes from: ``aws:sqs``.
        request: Whether it is an HTTP request.
        reads: Whether it is one that changes nothing.
        inferred: Whether an answer without a status is one of 200 ("payload format version 2.0", API Gateway guide).
    """

    route: str
    request: bool
    reads: bool
    inferred: bool = False


def about(event: dict[str, Any]) -> About:
    """Return what an event is: its route, with numbers and ids of a path left out where AWS does not name it."""
    route, method = route_of(event)
    if not method:
        return About(route, request=False, reads=False)
    context = event.get("requestContext")
    inferred = event.get("version") == "2.0" and isinstance(context, dict) and isinstance(context.get("http"), dict)
    return About(route, request=True, reads=method in READS, inferred=inferred)
