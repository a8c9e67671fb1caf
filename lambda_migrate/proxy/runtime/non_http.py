"""Takes events that are not HTTP requests to the service, and the probe.

Apart from :mod:`.forward`, since a cold start should not pay for what many functions never get.
"""

from __future__ import annotations

import json

from . import context as lambda_context
from .body import value_size
from .deadline import deadline
from .failures import HandlerFailed, ServiceAnswerTooLarge, ServiceError, ServiceProtocolError
from .forward import Forwarded, has_target, timed
from .headers import is_token
from .message import Request
from .request import message, traced
from .shapes.shape import LAMBDA_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .connection import Service
    from .message import Answer, Bytes
    from .settings import ProxySettings

EVENTS_TARGET = "/lambda-proxy-non-api-events"
PROBE_TARGET = "/lambda-proxy-probe"
_NO_CONTENT = 204
# the service may escape all that is not ASCII, which takes up to three times the bytes that the runtime makes of it
_LONGEST_JSON = 3 * LAMBDA_LIMIT
_LONGEST_QUOTE = 1_000
_LONGEST_ERROR_TYPE = 200


def forward(event: Any, context: Any, settings: ProxySettings, service: Service) -> Forwarded:
    """Forward a non-HTTP event and return the service's JSON as it is.

    Raises:
        ServiceError: The service answered anything but 2xx. If it named an error type, the class has that name.
        ServiceFailure: There was no usable answer.
    """
    body = b'{"event":' + _written(event) + b"}"
    headers = [("content-type", "application/json")]
    request_id = getattr(context, "aws_request_id", None)
    if isinstance(request_id, str) and is_token(request_id):
        headers.append(("idempotency-key", request_id))
    posted = Request("POST", EVENTS_TARGET, traced(headers), body)
    told = lambda_context.header_value(context, None, None, settings.root_path)
    outgoing = [message(posted, told, settings)]
    del posted, body
    answer, milliseconds = timed(service, outgoing, deadline(context, settings), _LONGEST_JSON)
    if answer.status // 100 != 2:  # noqa: PLR2004  # 2xx
        has_target(answer)
        failure = _service_error(answer)
        failure.milliseconds = milliseconds
        raise failure
    return Forwarded(_value(answer), answer.status, milliseconds)


def probe(context: Any, settings: ProxySettings, service: Service) -> Forwarded:
    """Ask the service who it is."""
    asked = Request("GET", PROBE_TARGET, [])
    told = lambda_context.header_value(context, None, None, settings.root_path)
    until = deadline(context, settings, settings.api_timeout)
    answer, milliseconds = timed(service, [message(asked, told, settings)], until, LAMBDA_LIMIT)
    return Forwarded(_value(answer) if answer.status // 100 == 2 else None, answer.status, milliseconds)  # noqa: PLR2004  # 2xx


def _written(event: Any) -> bytes:
    """Return an event as JSON: UTF-8, which is as long as Lambda let it be, or ASCII where it holds half a pair."""
    try:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(event, separators=(",", ":")).encode("ascii")


def _value(answer: Answer) -> Any:
    if answer.status == _NO_CONTENT or not answer.body:
        return None
    try:
        # `NaN` and `Infinity` too: Lambda's runtime writes them, so a caller may know them
        value = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ServiceProtocolError("the service's answer is not valid JSON") from None
    # most answers are far from the limit: only a large one is worth measuring
    if len(answer.body) * 6 > LAMBDA_LIMIT and value_size(value) > LAMBDA_LIMIT:
        raise ServiceAnswerTooLarge(f"the answer is larger than {LAMBDA_LIMIT} bytes")
    return value


def _service_error(answer: Answer) -> ServiceError:
    """Return what to raise: under the handler's own name if the service gave one, so that callers can match on it."""
    try:
        told = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        told = None
    name = told.get("errorType") if isinstance(told, dict) else None
    if isinstance(told, dict) and isinstance(name, str) and 0 < len(name) <= _LONGEST_ERROR_TYPE and name.isprintable():
        given = told.get("errorMessage")
        named: type[ServiceError] = type(name, (HandlerFailed,), {})
        return named(given if isinstance(given, str) else "" if given is None else json.dumps(given))
    return ServiceError(f"the service answered {answer.status}: {_quoted(answer.body)}")


def _quoted(body: Bytes) -> str:
    text = body[:_LONGEST_QUOTE].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text).strip()
