"""From an event to the HTTP request that the client sent, and from there to a signed message."""

from __future__ import annotations

import os

from .body import decoded
from .failures import BadRequestError
from .headers import inbound, is_token
from .message import Message, Request
from .signing import NOTHING, caller, digest, signed_lines
from .target import path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Event, HeaderLines
    from .settings import ProxySettings
    from .shapes.shape import Shape

_WITH_LENGTH = ("POST", "PUT", "PATCH")


def from_event(event: Event, shape: Shape, settings: ProxySettings) -> Request:
    """Return the request that a front door turned into this event.

    Raises:
        BadRequestError: No HTTP request can express it.
    """
    if shape.read is None:
        raise BadRequestError("no HTTP request")
    try:
        parts = shape.read(event)
        target = path(parts.path, settings.base_path if shape.mapped else "")
        if parts.query:
            target = f"{target}?{parts.query}"
    except UnicodeEncodeError as wrong:
        raise BadRequestError("text that has no UTF-8 form") from wrong
    method = parts.method
    if not isinstance(method, str) or method == "CONNECT" or not is_token(method):
        raise BadRequestError("no HTTP method")
    odd: list[str] = []
    lines, host = inbound(parts.headers, odd)
    return Request(
        method=method,
        target=target,
        headers=traced(lines),
        body=decoded(parts.body, parts.encoded),
        client=parts.client if isinstance(parts.client, str) else None,
        host=host or _domain(parts.domain),
        warning=_warning(odd) if odd else None,
    )


def message(request: Request, context: str, settings: ProxySettings) -> Message:
    """Return the request ready to be sent, any number of times, each time freshly signed."""
    method, target, body = request.method, request.target, request.body
    lines = [f"{method} {target} HTTP/1.1"]
    if settings.rewrites_host or not request.host:
        lines.append(f"host: {settings.authority}")
    else:
        lines.append(f"host: {request.host}")
    if settings.rewrites_host and request.host:
        lines.append(f"x-forwarded-host: {request.host}")
        lines.extend([f"{name}: {value}" for name, value in request.headers if name != "x-forwarded-host"])
    else:
        lines.extend([f"{name}: {value}" for name, value in request.headers])
    if body or method in _WITH_LENGTH:
        lines.append(f"content-length: {len(body)}")
    start = "\r\n".join(lines)
    body_digest = digest(body) if body else NOTHING
    signed = caller(request.headers)
    caller_digest = digest(signed.encode()) if signed else NOTHING
    key = settings.signing_key

    def render() -> bytes:
        signature = signed_lines(key, method, target, body_digest, context, caller_digest)
        return f"{start}\r\n{signature}\r\n".encode()

    return Message(method, render, body)


def traced(lines: HeaderLines) -> HeaderLines:
    """Return the header lines with the trace of this invocation in place of the one that came along, if any did."""
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    if not trace:
        return lines
    return [*(line for line in lines if line[0] != "x-amzn-trace-id"), ("x-amzn-trace-id", trace)]


def _warning(odd: list[str]) -> str:
    told = ", ".join([f"{odd.count(what)} {what}" for what in ("left out", "changed") if what in odd])
    return f"header lines that HTTP cannot express: {told}"


def _domain(host: object) -> str | None:
    return inbound([("host", host)])[1] if isinstance(host, str) and host else None
