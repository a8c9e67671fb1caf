"""Requests of a HAR file as the events that an HTTP API makes of them.

HAR is the HTTP Archive format, version 1.2 (``log.entries[].request``).
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit


def event_of(request: dict[str, Any]) -> dict[str, Any]:
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
