"""Takes an event to the service and brings back the function's result."""

from __future__ import annotations

import json
import time

from . import balancer
from . import context as lambda_context
from .body import value_size
from .deadline import deadline
from .failures import (
    BadRequestError,
    HandlerFailed,
    ServiceAnswerTooLarge,
    ServiceError,
    ServiceFailure,
    ServiceProtocolError,
    ServiceRefusedProxy,
    ServiceWithoutTarget,
)
from .headers import is_token
from .message import Request
from .request import from_event, message, traced
from .response import from_answer, header_warning
from .shapes.shape import LAMBDA_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .connection import Service
    from .message import Answer, Bytes, Event, Message
    from .settings import ProxySettings
    from .shapes.shape import Shape

EVENTS_TARGET = "/lambda-proxy-non-api-events"
PROBE_TARGET = "/lambda-proxy-probe"
_NO_CONTENT = 204
# the service may escape all that is not ASCII, which takes up to three times the bytes that the runtime makes of it
_LONGEST_JSON = 3 * LAMBDA_LIMIT
_LONGEST_QUOTE = 1_000
_LONGEST_ERROR_TYPE = 200


class Forwarded:
    """What came of it, and what to say about it.

    Attributes:
        result: The function's result.
        status: Of the answer.
        milliseconds: What the service took.
        warning: What somebody should know, though all went well.
        by_balancer: The load balancer answered 502, 503 or 504 itself; whether the service had the request, who knows.
    """

    __slots__ = ("by_balancer", "milliseconds", "result", "status", "warning")

    def __init__(
        self,
        result: Any,
        status: int,
        milliseconds: float,
        warning: str | None = None,
        *,
        by_balancer: bool = False,
    ) -> None:
        self.result = result
        self.status = status
        self.milliseconds = milliseconds
        self.warning = warning
        self.by_balancer = by_balancer


def request(event: Event, context: Any, shape: Shape, settings: ProxySettings, service: Service) -> Forwarded:
    """Forward an HTTP request.

    Raises:
        BadRequestError: No HTTP request can express the event.
        ServiceFailure: The service gave no answer that can be passed on.
    """
    if shape.refusal is not None:
        raise BadRequestError(shape.refusal)
    asked = from_event(event, shape, settings)
    told = lambda_context.header_value(context, event, asked, settings.root_path)
    until = deadline(context, settings, settings.api_timeout if shape.gateway else None)
    method, outgoing, odd = asked.method, [message(asked, told, settings)], asked.warning
    del asked  # the message alone holds the body, and goes when it is answered: bodies may be large
    answer, milliseconds = _timed(service, outgoing, until, shape.answer_limit)
    by_balancer = balancer.answered(answer)
    if by_balancer and settings.fallback == "connect":
        _has_target(answer)
    result = from_answer(answer, method, shape, event, settings)
    warning = header_warning(answer, shape)
    warning = odd if warning is None else warning if odd is None else f"{odd}; {warning}"
    return Forwarded(result, answer.status, milliseconds, warning, by_balancer=by_balancer)


def other_event(event: Any, context: Any, settings: ProxySettings, service: Service) -> Forwarded:
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
    answer, milliseconds = _timed(service, outgoing, deadline(context, settings), _LONGEST_JSON)
    if answer.status // 100 != 2:  # noqa: PLR2004  # 2xx
        _has_target(answer)
        failure = _service_error(answer)
        failure.milliseconds = milliseconds
        raise failure
    return Forwarded(_value(answer), answer.status, milliseconds)


def probe(context: Any, settings: ProxySettings, service: Service) -> Forwarded:
    """Ask the service who it is."""
    asked = Request("GET", PROBE_TARGET, [])
    told = lambda_context.header_value(context, None, None, settings.root_path)
    until = deadline(context, settings, settings.api_timeout)
    answer, milliseconds = _timed(service, [message(asked, told, settings)], until, LAMBDA_LIMIT)
    return Forwarded(_value(answer) if answer.status // 100 == 2 else None, answer.status, milliseconds)  # noqa: PLR2004  # 2xx


def _written(event: Any) -> bytes:
    """Return an event as JSON: UTF-8, which is as long as Lambda let it be, or ASCII where it holds half a pair."""
    try:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(event, separators=(",", ":")).encode("ascii")


def _timed(service: Service, outgoing: list[Message], until: float, most: int) -> tuple[Answer, float]:
    """Exchange the one message, letting go of it, and take the time."""
    start = time.perf_counter()
    try:
        answer = service.exchange(outgoing.pop(), until, most)
    except ServiceFailure as failure:
        failure.milliseconds = round((time.perf_counter() - start) * 1000, 3)
        raise
    reason = balancer.refusal(answer.headers)
    if reason is not None:
        raise ServiceRefusedProxy(f"the service refused the proxy's signature: {reason}")
    return answer, round((time.perf_counter() - start) * 1000, 3)


def _has_target(answer: Answer) -> None:
    """Raise if the load balancer had no target: like a refused connection, unless an earlier attempt got through."""
    if balancer.had_no_target(answer):
        raise ServiceWithoutTarget("the load balancer has no target", sent=answer.repeated)


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
