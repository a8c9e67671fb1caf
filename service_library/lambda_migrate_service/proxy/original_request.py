"""Puts back what was lost on the way from API Gateway: the event, the context, the client, the host, the root path."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from ..asgi import Headers, Scope
from ..context import Function, LambdaContext

LARGEST_CONTEXT = 16 * 1024 * 1024
LAMBDA_URL_VERSION = "2.0"
FORWARDED = b"x-forwarded-"


def decode(encoded: str) -> dict[str, Any]:
    """Return the context that the proxy sent.

    Args:
        encoded: Base64url without padding, of zlib, of JSON.

    Raises:
        ValueError: It is none of this version.
    """
    try:
        packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        unpacker = zlib.decompressobj()
        document = json.loads(unpacker.decompress(packed, LARGEST_CONTEXT))
    except (binascii.Error, zlib.error, RecursionError) as error:
        msg = "the context cannot be decoded"
        raise ValueError(msg) from error
    if not isinstance(document, dict) or document.get("version") != 1:
        msg = "the context is of another version"
        raise ValueError(msg)
    return document


def is_http(document: dict[str, Any]) -> bool:
    """Tell whether the proxy made the request of an HTTP event, so that a client chose its path and body."""
    return document.get("event") is not None or document.get("client") is not None


def original_scope(scope: Scope, document: dict[str, Any], headers: Headers, body: bytes, function: Function) -> Scope:
    """Return the scope as the application had it on Lambda.

    Args:
        scope: The request's scope.
        document: The decoded context.
        headers: The request's headers without the reserved ones.
        body: The request's body, which the event has left out.
        function: Stands in for what the context does not tell.
    """
    facts = document.get("context")
    context = LambdaContext(facts if isinstance(facts, dict) else {}, function)
    event = document.get("event")
    headers = as_aws_forwarded(headers, event)
    new: dict[str, Any] = {**scope, "headers": headers, "aws.context": context}
    if isinstance(document.get("host"), str):
        kept = [(name, value) for name, value in headers if name.lower() != b"host"]
        new["headers"] = [(b"host", document["host"].encode("latin-1", "replace")), *kept]
    if document.get("client"):
        new["client"] = (str(document["client"]), 0)
    if isinstance(event, dict):
        new["aws.event"] = whole_event(event, new["headers"], body, trimmed=bool(document.get("trimmed")))
        new["scheme"] = _scheme(scope, headers)
    root = document.get("root_path")
    if isinstance(root, str) and root.strip("/"):
        new.update(root_path=root, path=root + scope["path"])
        if scope.get("raw_path") is not None:
            new["raw_path"] = root.encode() + scope["raw_path"]
    return new


def as_aws_forwarded(headers: Headers, event: object) -> Headers:
    """Return the headers with those of forwarding as the event has them.

    A load balancer or nginx in front of the service adds the proxy's address to them, and the scheme of its listener.
    """
    maps = [event.get(name) for name in ("multiValueHeaders", "headers")] if isinstance(event, dict) else []
    told: dict[str, list[Any]] = {}
    for each in maps:
        for name, value in each.items() if isinstance(each, dict) else ():
            told.setdefault(name.lower(), value if isinstance(value, list) else [value])
    if not told:  # they were too long, and those of the request are all there is
        return headers
    kept = [(name, value) for name, value in headers if not name.lower().startswith(FORWARDED)]
    lines = [(name.encode(), value) for name, values in sorted(told.items()) for value in values if value is not None]
    return kept + [(name, str(value).strip().encode()) for name, value in lines if name.startswith(FORWARDED)]


def whole_event(event: dict[str, Any], headers: Headers, body: bytes, *, trimmed: bool) -> dict[str, Any]:
    """Return the event with its body, and with its headers where they were too long to be sent twice."""
    event = dict(event)
    if trimmed:
        event.update(_header_maps(event, headers))
    if body:
        event["body"] = base64.b64encode(body).decode() if event.get("isBase64Encoded") else _text(body)
    elif event.get("version") != LAMBDA_URL_VERSION:
        event["body"] = "" if _is_of_a_load_balancer(event) else None
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


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _scheme(scope: Scope, headers: Headers) -> str:
    """Return what the client used: what AWS forwarded, else HTTPS, as Mangum has it."""
    forwarded = [value for name, value in headers if name.lower() == b"x-forwarded-proto"]
    scheme = forwarded[0].decode("latin-1").split(",")[0].strip().lower() if forwarded else "https"
    return scheme if scheme in ("http", "https") else str(scope.get("scheme", "https"))
