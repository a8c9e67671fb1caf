"""What the service is told besides the request: the event, the Lambda context and who the client is."""

from __future__ import annotations

import json
import time
import zlib
from binascii import b2a_base64

from .headers import OF_THE_FRONT_DOOR, lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .message import Event, Request

# A load balancer takes 16 KB in one header line
_MOST = 12_000
# Below this, compressing costs more time than the bytes it saves
_WORTH_COMPRESSING = 3_000
_SMALL_WINDOW = 8_192
_HEADERS = ("headers", "multiValueHeaders", "cookies")
_TRIMMED = ("body", *_HEADERS)
_LONGEST_LIST = 1_024  # of `x-forwarded-for`, to which a client may have written any number of addresses
_CONSTANTS = (
    "function_name",
    "function_version",
    "invoked_function_arn",
    "memory_limit_in_mb",
    "log_group_name",
    "log_stream_name",
)
_CLIENT_FIELDS = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
_IDENTITY_FIELDS = ("cognito_identity_id", "cognito_identity_pool_id")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_json = json.JSONEncoder(separators=(",", ":"), default=lambda _: None).encode
_quoted = json.encoder.encode_basestring_ascii
_constant: tuple[Any, str] = (None, "")


def seconds_left(context: Any) -> float | None:
    """Return the seconds until Lambda ends this invocation, if the context knows."""
    ask = getattr(context, "get_remaining_time_in_millis", None)
    return float(ask()) / 1000 if callable(ask) else None


def header_value(context: Any, event: Event | None, request: Request | None, root_path: str) -> str:
    """Return the value of the context header.

    Args:
        context: What Lambda gave the handler.
        event: The event of an HTTP request; it goes without its body, unless that is empty or no text, which the
            request's body does not tell. If it is too long it goes without its headers, but for those that front doors
            write: a client that sends many headers of its own must not have them forgotten.
        request: The request made of it.
        root_path: Where the application is mounted, for `scope["root_path"]`.
    """
    whole = event if event is None or not _is_carried(event.get("body")) else _without(event, ("body",))
    rest = _rest(context, request, root_path)
    value = _packed(f'{{"version":1,"event":{_json(whole)},{rest}}}')
    if event is None or len(value) <= _MOST:
        return value
    told = _json(_without(event, _HEADERS if event.get("body") in (None, "") else _TRIMMED))
    for names in (OF_THE_FRONT_DOOR, ("x-forwarded-",)):
        forwarded = _json(_forwarded(event, names))
        value = _packed(f'{{"version":1,"event":{told},"trimmed":true,"forwarded":{forwarded},{rest}}}')
        if len(value) <= _MOST:
            break
    return value


def _rest(context: Any, request: Request | None, root_path: str) -> str:
    client, host = (None, None) if request is None else (request.client, request.host)
    return (
        f'"context":{_described(context)},"client":{_text(client)},"root_path":{_text(root_path)},"host":{_text(host)}'
    )


def _forwarded(event: Event, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the header lines of front doors, each cut to its end: what stands in front of it, the client wrote."""
    told: dict[str, list[str]] = {}
    for name, value in lines_of(event):
        if name.lower().startswith(names) and isinstance(value, str):
            told.setdefault(name.lower(), []).append(_end_of(value))
    return told


def _end_of(value: str) -> str:
    return value if len(value) <= _LONGEST_LIST else value[-_LONGEST_LIST:].partition(",")[2].strip()


def _is_carried(body: Any) -> bool:
    return isinstance(body, str) and body != ""


def _without(event: Event, names: tuple[str, ...]) -> Event:
    return {key: event[key] for key in event if key not in names}


def _described(context: Any) -> str:
    """Return the Lambda context as JSON. What is the same in every invocation is written once."""
    global _constant  # noqa: PLW0603  # one environment has one function, version and log stream
    values = tuple([getattr(context, name, None) for name in _CONSTANTS])
    known, written = _constant
    if known != values:
        written = _json(dict(zip(_CONSTANTS, values)))[:-1]
        _constant = values, written
    left = seconds_left(context)
    deadline = "null" if left is None else int((time.time() + left) * 1000)
    client_context, identity = getattr(context, "client_context", None), getattr(context, "identity", None)
    if client_context is not None:
        client_context = _client_context(client_context)
    if identity is not None:
        identity = _fields(identity, _IDENTITY_FIELDS)
    return (
        f'{written},"aws_request_id":{_text(getattr(context, "aws_request_id", None))},'
        f'"tenant_id":{_text(getattr(context, "tenant_id", None))},"deadline_ms":{deadline},'
        f'"client_context":{"null" if client_context is None else _json(client_context)},'
        f'"identity":{"null" if identity is None else _json(identity)}}}'
    )


def _text(value: Any) -> str:
    return "null" if value is None else _quoted(value) if isinstance(value, str) else _json(value)


def _client_context(given: Any) -> Any:
    if isinstance(given, dict):
        return given
    return {
        "client": _fields(getattr(given, "client", None), _CLIENT_FIELDS),
        "custom": getattr(given, "custom", None),
        "env": getattr(given, "env", None),
    }


def _fields(given: Any, names: tuple[str, ...]) -> Any:
    if given is None or isinstance(given, dict):
        return given
    fields = {name: getattr(given, name, None) for name in names}
    return fields if any(value is not None for value in fields.values()) else None


def _packed(content: str) -> str:
    """Return a context as it goes into a header: as it is, ASCII without controls, or compressed if it is long."""
    if len(content) <= _WORTH_COMPRESSING:
        return content
    # small memory: for a few kilobytes, setting up the default takes longer than the work; but events tell path and
    # query up to three times, and only what lies within the window is found to be the same
    compressor = zlib.compressobj(1, zlib.DEFLATED, 13 if len(content) <= _SMALL_WINDOW else 15, 5)
    compressed = compressor.compress(content.encode("ascii")) + compressor.flush()
    return b2a_base64(compressed, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")
