"""API Gateway HTTP API with payload 2.0."""

from __future__ import annotations

from ..headers import each_value
from ..message import Parts
from ..target import query_as_sent
from .shape import Shape, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply


def _recognises(event: Event, request_context: dict[str, Any]) -> bool:
    return event.get("version") == "2.0" and isinstance(request_context.get("http"), dict)


def read(event: Event) -> Parts:
    """Take the request out of a payload 2.0.

    `rawPath` keeps a trailing slash that `requestContext.http.path` loses. Cookies stand in `cookies`, and for function
    URLs in `headers` as well: the list replaces the header.
    """
    request_context = mapping(event.get("requestContext"))
    http = mapping(request_context.get("http"))
    headers = each_value(mapping(event.get("headers")).items())
    cookies = event.get("cookies")
    if isinstance(cookies, list) and cookies:
        headers = [line for line in headers if line[0].lower() != "cookie"]
        headers.extend([("cookie", cookie) for cookie in cookies])
    raw_path = event.get("rawPath")
    return Parts(
        method=http.get("method"),
        path=raw_path if isinstance(raw_path, str) else http.get("path"),
        query=query_as_sent(event.get("rawQueryString")),
        headers=headers,
        body=event.get("body"),
        encoded=event.get("isBase64Encoded"),
        client=http.get("sourceIp"),
        domain=request_context.get("domainName"),
    )


def write(reply: Reply, _event: Event) -> dict[str, Any]:
    """Answer with one value per header, the cookies in a list of their own, and a type wherever there is a body."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in reply.headers:
        if name == "set-cookie":
            cookies.append(value)
        else:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    if reply.body:
        headers.setdefault("content-type", "application/json")
    result = {"statusCode": reply.status, "headers": headers, "body": reply.body, "isBase64Encoded": reply.encoded}
    return {**result, "cookies": cookies} if cookies else result


SHAPE = Shape("http-api-2.0", _recognises, read, write, gateway=True, mapped=True)
