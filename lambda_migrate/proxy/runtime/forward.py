"""Takes an HTTP request to the service and brings back the function's result."""

from __future__ import annotations

import time

from . import balancer
from . import context as lambda_context
from .deadline import deadline
from .failures import (
    BadRequestError,
    ServiceFailure,
    ServiceRefusedProxy,
    ServiceWithoutTarget,
)
from .request import from_event, message
from .response import from_answer, header_warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .connection import Read, Service
    from .message import Answer, Event, Message
    from .settings import ProxySettings
    from .shapes.shape import Shape


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
    answer, milliseconds = timed(service, outgoing, until, shape.answer_limit)
    by_balancer = balancer.answered(answer)
    if by_balancer and settings.fallback == "connect":
        has_target(answer)
    result = from_answer(answer, method, shape, event, settings)
    warning = header_warning(answer, shape)
    warning = odd if warning is None else warning if odd is None else f"{odd}; {warning}"
    return Forwarded(result, answer.status, milliseconds, warning, by_balancer=by_balancer)


def timed(service: Service, outgoing: list[Message], until: float, most: int, *reading: Read) -> tuple[Answer, float]:
    """Exchange the one message, letting go of it, and take the time.

    Args:
        service: Where to.
        outgoing: The one message, which is taken out: bodies may be large.
        until: The deadline, on the monotonic clock.
        most: The largest body to accept, in bytes.
        reading: What reads the answer, where it is not read whole.

    Returns:
        The answer and the milliseconds that it took.

    Raises:
        ServiceFailure: There is no usable answer, or the service's door refused the proxy.
    """
    start = time.perf_counter()
    try:
        answer = service.exchange(outgoing.pop(), until, most, *reading)
    except ServiceFailure as failure:
        failure.milliseconds = round((time.perf_counter() - start) * 1000, 3)
        raise
    reason = balancer.refusal(answer)
    if reason is not None:
        raise ServiceRefusedProxy(f"the service refused the proxy's signature: {reason}")
    return answer, round((time.perf_counter() - start) * 1000, 3)


def has_target(answer: Answer) -> None:
    """Raise if the load balancer had no target: like a refused connection, unless an earlier attempt got through."""
    if balancer.had_no_target(answer):
        raise ServiceWithoutTarget("the load balancer has no target", sent=answer.repeated)
