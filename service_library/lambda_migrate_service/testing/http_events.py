"""HTTP events: how a front door of AWS writes a request down, and which request an event stands for.

The shapes are those of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
and https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

SAFE = "/!$&'()*+,;=:@~%"


@dataclass(frozen=True)
class Request:
    """The request that an event stands for."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client: str


def http_api_event(method: str, path: str, host: str = "localhost") -> dict[str, Any]:
    """Return the event that an HTTP API (payload 2.0) makes of a request without query and body."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": "*/*", "host": host, "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "sample",
            "domainName": host,
            "domainPrefix": "sample",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "198.51.100.1",
                "userAgent": "sample",
            },
            "requestId": "sample",
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "isBase64Encoded": False,
    }


def rest_api_event(method: str, path: str, host: str = "localhost") -> dict[str, Any]:
    """Return the event that a REST API (payload 1.0) makes of a request without query and body."""
    headers = http_api_event(method, path, host)["headers"]
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "sample",
            "domainName": host,
            "httpMethod": method,
            "identity": {"sourceIp": "198.51.100.1", "userAgent": "sample"},
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": "sample",
            "requestTimeEpoch": 1767225600000,
            "resourcePath": "/{proxy+}",
            "stage": "sample",
        },
        "body": None,
        "isBase64Encoded": False,
    }


def is_http(event: Any) -> bool:
    """Tell whether an event is an HTTP request."""
    return isinstance(event, dict) and isinstance(event.get("requestContext"), dict) and _method(event) is not None


def request_of(event: dict[str, Any]) -> Request:
    """Return the request that an event of API Gateway, a function URL or a load balancer stands for."""
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else str(text).encode("utf-8", "surrogatepass")
    gateway = event["requestContext"]
    path = event.get("rawPath", event.get("path")) or "/"
    client = gateway.get("http", {}).get("sourceIp") or gateway.get("identity", {}).get("sourceIp") or "198.51.100.1"
    return Request(_method(event) or "GET", quote(path, safe=SAFE), _query(event), _headers(event), body, client)


def _method(event: dict[str, Any]) -> str | None:
    method = event.get("httpMethod") or event["requestContext"].get("http", {}).get("method")
    return method if isinstance(method, str) else None


def _query(event: dict[str, Any]) -> str:
    if event.get("version") == "2.0":
        return str(event.get("rawQueryString") or "")
    lists = event.get("multiValueQueryStringParameters") or {}
    single = event.get("queryStringParameters") or {}
    pairs = [(name, value) for name, values in lists.items() for value in values]
    pairs += [(name, value) for name, value in single.items() if name not in lists]
    if "elb" in event["requestContext"]:  # a load balancer leaves them encoded
        return "&".join(f"{name}={value}" for name, value in pairs)
    return urlencode(pairs)


def _headers(event: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    lists = {name.lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    single = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    pairs = [(name, str(value)) for name, values in lists.items() for value in values]
    pairs += [(name, str(value)) for name, value in single.items() if name not in lists]
    cookies = event.get("cookies")
    return (*pairs, ("cookie", "; ".join(cookies))) if cookies else tuple(pairs)
