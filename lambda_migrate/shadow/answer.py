"""What a version answers to an event, taken apart as a caller would see it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from lambda_migrate.proxy.runtime.recording.redaction import HASHED

Kind = Literal["response", "value", "error"]


@dataclass(frozen=True)
class Answer:
    """What came of an invocation.

    Attributes:
        kind: An HTTP response, a value that an event's handler returned, or an error.
        status: Of a response; 0 else.
        headers: Of a response, names in lower case, without cookies; a name that comes twice has both values.
        cookies: Of a response: their names, and what they are set to.
        media: Of a body: ``json``, ``text``, ``binary``, ``empty``; "" for what is not a response.
        body: JSON's value, the text, or the sha256 hex of what is binary; a value itself; of an error its class.
        milliseconds: How long the caller waited.
    """

    kind: Kind
    status: int = 0
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    media: str = ""
    body: Any = None
    milliseconds: float = 0.0


def answer_of(payload: bytes, error: str, milliseconds: float, *, request: bool, inferred: bool = False) -> Answer:
    """Return what an invocation came to.

    Args:
        payload: What Lambda returned.
        error: Lambda's ``FunctionError``; "" for none.
        milliseconds: How long it took.
        request: Whether the event was an HTTP request.
        inferred: Whether API Gateway makes a response of what has no status.
    """
    try:
        value = json.loads(payload) if payload else None
    except (ValueError, RecursionError):
        value = {"errorType": "an answer that is not JSON"} if error else payload.decode("utf-8", "replace")
    if error:
        kind = value.get("errorType") if isinstance(value, dict) else None
        return Answer("error", body=str(kind or error), milliseconds=milliseconds)
    if request and isinstance(value, dict) and "statusCode" in value:
        try:
            return _response(value, milliseconds)
        except (TypeError, ValueError, AttributeError, OverflowError):  # API Gateway answers 502 to such a form
            return Answer("value", body=value, milliseconds=milliseconds)
    if request and inferred:
        return _response(
            {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": value}, milliseconds
        )
    return Answer("value", body=value, milliseconds=milliseconds)


def _response(value: dict[str, Any], milliseconds: float) -> Answer:
    headers: dict[str, list[str]] = {}
    for name, values in _headers(value):
        headers.setdefault(name, []).extend(values)
    cookies = [*(value.get("cookies") or []), *headers.pop("set-cookie", [])]
    media, body = _body(value, ", ".join(headers.get("content-type", [])))
    return Answer(
        "response",
        int(value["statusCode"]),
        tuple((name, tuple(values)) for name, values in sorted(headers.items())),
        tuple(sorted(_cookie(str(each)) for each in cookies)),
        media,
        body,
        milliseconds,
    )


def _headers(value: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return names and values; where a name is in both members, the one with several values counts."""
    several = value.get("multiValueHeaders") or {}
    named = {str(name).lower() for name in several}
    single = {name: [each] for name, each in (value.get("headers") or {}).items() if str(name).lower() not in named}
    return [(str(name).lower(), [str(each) for each in values]) for name, values in (several | single).items()]


def _cookie(text: str) -> tuple[str, str]:
    name, _, rest = text.partition("=")
    return name.strip(), rest.strip()


def _body(value: dict[str, Any], content_type: str) -> tuple[str, Any]:
    body = value.get("body")
    if body is None or body == "":
        return ("binary", value[HASHED]) if isinstance(value.get(HASHED), str) else ("empty", "")
    if not isinstance(body, str):
        return "json", body
    text = _decoded(body) if value.get("isBase64Encoded") else body
    if isinstance(text, bytes):
        return "binary", hashlib.sha256(text).hexdigest()
    if "json" in content_type or text[:1] in "{[":
        try:
            return "json", json.loads(text)
        except (ValueError, RecursionError):
            return "text", text
    return "text", text


def _decoded(body: str) -> str | bytes:
    """Return what a body in base64 holds: text where it is text; one that is not base64 as it is."""
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return body
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
