"""Puts back what was lost on the way from API Gateway: the event, the context, the client, the host, the root path."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
import zlib
from importlib import metadata
from typing import Any

from .. import web_adapter
from ..asgi import Headers, Scope
from ..context import Function, LambdaContext

LARGEST_CONTEXT = 16 * 1024 * 1024
LAMBDA_URL_VERSION = "2.0"
WRITTEN_BY_FRONTS = (
    "x-forwarded-",
    "x-amzn-",
    "x-amz-",
    "x-edge-",
    "cloudfront-",
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
)
"""Headers that load balancers, nginx and CDNs write, in front of the function and in front of the service: what the
event has of them counts."""

TRACE = "x-amzn-trace-id"
"""That of this invocation, which the proxy sends; not that of the event."""

_FRONTS = tuple(name.encode() for name in WRITTEN_BY_FRONTS)
# the proxy sends none of these: they belong to the connection of whoever stands between it and the service
_OF_THE_CONNECTION = frozenset((b"connection", b"keep-alive", b"proxy-connection", b"upgrade"))
_TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9a-z-]+\Z")
_CONTROLS = dict.fromkeys((*range(9), *range(10, 32), 127), " ")
_EXPECTS_THE_ROOT = (0, 35)


def decode(encoded: str) -> dict[str, Any]:
    """Return the context that the proxy sent.

    Args:
        encoded: JSON; or, where it is long, base64url without padding, of zlib, of JSON.

    Raises:
        ValueError: It is none of this version.
    """
    try:
        if encoded.startswith("{"):
            return _checked(json.loads(encoded))
        packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        unpacker = zlib.decompressobj()
        return _checked(json.loads(unpacker.decompress(packed, LARGEST_CONTEXT)))
    except (binascii.Error, zlib.error, RecursionError) as error:
        msg = "the context cannot be decoded"
        raise ValueError(msg) from error


def _checked(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or document.get("version") != 1:
        msg = "the context is of another version"
        raise ValueError(msg)
    return document


def is_http(document: dict[str, Any]) -> bool:
    """Tell whether the proxy made the request of an HTTP event, so that a client chose its path and body."""
    return document.get("event") is not None or document.get("client") is not None


def original_scope(scope: Scope, document: dict[str, Any], body: bytes, function: Function) -> Scope:
    """Return the scope as the application had it on Lambda.

    Args:
        scope: The request's scope, without the reserved headers.
        document: The decoded context.
        body: The request's body, which the event has left out.
        function: Stands in for what the context does not tell.
    """
    facts = document.get("context")
    context = LambdaContext(facts if isinstance(facts, dict) else {}, function)
    event = document.get("event")
    headers = as_the_client_sent_them(scope["headers"], document)
    new: dict[str, Any] = {**scope, "headers": headers, "aws.context": context}
    if document.get("client"):
        new["client"] = (str(document["client"]), 0)
    if isinstance(event, dict):
        new["aws.event"] = whole_event(event, headers, body, trimmed=bool(document.get("trimmed")))
        new["scheme"] = _scheme(scope, headers)
    root = document.get("root_path")
    if isinstance(root, str) and root.strip("/"):
        prefix = root if paths_include_the_root(starlette_version()) else ""
        new.update(root_path=root, path=prefix + scope["path"])
        if scope.get("raw_path") is not None:
            new["raw_path"] = prefix.encode() + scope["raw_path"]
    return new


@functools.lru_cache(maxsize=1)
def starlette_version() -> str:
    """Return the installed version of Starlette, or ""."""
    try:
        return metadata.version("starlette")
    except metadata.PackageNotFoundError:
        return ""


def paths_include_the_root(starlette: str) -> bool:
    """Tell whether the application expects the root path in front of `path`, as ASGI has it.

    Starlette does since 0.35. Before 0.33 it finds no route then, and in between it doubles the root in `request.url`;
    FastAPI before 0.109 brings those along.
    """
    numbers = tuple(int(part) for part in re.findall(r"\d+", starlette)[:2])
    return numbers >= _EXPECTS_THE_ROOT or not numbers


def as_the_client_sent_them(headers: Headers, document: dict[str, Any]) -> Headers:
    """Return the headers with the host and those that fronts write as the signed event has them.

    A load balancer or nginx in front of the service adds the proxy's address to them, the scheme and port of its own
    listener, another spelling of the host, and what its own connection needs.
    """
    headers = [line for line in headers if line[0].lower() not in _OF_THE_CONNECTION]
    event = document.get("event")
    if isinstance(event, dict):
        told = document.get("forwarded") if document.get("trimmed") else _values(event)
        if isinstance(told, dict):
            headers = [line for line in headers if not _is_of_a_front(line[0].lower())] + _lines(told)
        if "lambdaContext" in event:  # the function runs under the web adapter
            headers += web_adapter.told(event.get("requestContext"), event["lambdaContext"])
    host = document.get("host")
    if isinstance(host, str):
        kept = [line for line in headers if line[0].lower() != b"host"]
        headers = [(b"host", host.encode("utf-8", "replace")), *kept]
    return headers


def _values(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event's header values by name in lower case: of the map with lists, and what only the other has."""
    told: dict[str, Any] = {}
    for each in (event.get("multiValueHeaders"), event.get("headers")):
        for name, value in each.items() if isinstance(each, dict) else ():
            told.setdefault(name.lower(), value)
    return told


def _lines(told: dict[str, Any]) -> Headers:
    lines = []
    for name, values in sorted(told.items()):
        if _is_of_a_front(name.encode("utf-8", "replace")) and _TOKEN.match(name):
            for value in values if isinstance(values, list) else [values]:
                if value is not None:
                    text = str(value).translate(_CONTROLS).strip(" \t")
                    lines.append((name.encode(), text.encode("utf-8", "replace")))
    return lines


def _is_of_a_front(name: bytes) -> bool:
    return name.startswith(_FRONTS) and name != TRACE.encode()


def whole_event(event: dict[str, Any], headers: Headers, body: bytes, *, trimmed: bool) -> dict[str, Any]:
    """Return the event with its body, and with its headers where they were too long to be sent twice.

    The proxy leaves out a body that the request carries; one that is empty or no text is in the event as it was.
    """
    event = dict(event)
    if trimmed:
        event.update(_header_maps(event, headers))
    if body and "body" not in event:
        encoded = any(event.get(name) in (True, "true") for name in ("isBase64Encoded", "is_base64_encoded"))
        event["body"] = base64.b64encode(body).decode() if encoded else body.decode("utf-8", "replace")
    return event


def _header_maps(event: dict[str, Any], headers: Headers) -> dict[str, Any]:
    lists: dict[str, list[str]] = {}
    for name, value in headers:
        lists.setdefault(name.decode("latin-1").lower(), []).append(value.decode("utf-8", "replace"))
    if event.get("version") == LAMBDA_URL_VERSION:
        cookies = [cookie for line in lists.pop("cookie", []) for cookie in line.split("; ")]
        maps: dict[str, Any] = {"headers": {name: ",".join(values) for name, values in lists.items()}}
        return {**maps, "cookies": cookies} if cookies else maps
    single = {name: values[-1] for name, values in lists.items()}
    if _is_of_a_load_balancer(event):
        return {"multiValueHeaders": lists} if "multiValueQueryStringParameters" in event else {"headers": single}
    return {"headers": single, "multiValueHeaders": lists}


def _is_of_a_load_balancer(event: dict[str, Any]) -> bool:
    gateway = event.get("requestContext")
    return isinstance(gateway, dict) and "elb" in gateway


def _scheme(scope: Scope, headers: Headers) -> str:
    """Return what the client used: what AWS forwarded, else HTTPS, as Mangum has it."""
    forwarded = [value for name, value in headers if name.lower() == b"x-forwarded-proto"]
    scheme = forwarded[0].decode("latin-1").split(",")[0].strip().lower() if forwarded else "https"
    return scheme if scheme in ("http", "https") else str(scope.get("scheme", "https"))
