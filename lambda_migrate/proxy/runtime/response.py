"""From the service's answer, or the lack of one, to what the caller of the function expects."""

from __future__ import annotations

import json

from .body import encoded, json_size
from .failures import ServiceAnswerTooLarge
from .headers import outbound
from .message import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .message import Answer, Event
    from .settings import ProxySettings
    from .shapes.shape import Shape

_NO_BODY = (204, 304)
_PHRASES = {400: "Bad Request", 500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}


def from_answer(answer: Answer, method: str, shape: Shape, event: Event, settings: ProxySettings) -> dict[str, Any]:
    """Return the function's result.

    Raises:
        ServiceAnswerTooLarge: Written as JSON it is more than the caller takes.
    """
    head = method == "HEAD"
    headers = outbound(answer.headers, head=head, excluded=settings.excluded_headers)
    body, is_base64 = "", False
    if not head and answer.status not in _NO_BODY:
        codings = ""
        if "content-encoding" in answer.named:
            codings = ",".join([value for name, value in answer.headers if name == "content-encoding"])
        body, is_base64 = encoded(answer.body, _content_type(answer), codings, settings.text_types)
    result = _written(Reply(answer.status, headers, body, encoded=is_base64), shape, event)
    size = json_size(result, shape.answer_limit)
    if size > shape.answer_limit:
        raise ServiceAnswerTooLarge(f"the answer makes {size} bytes of JSON, at most {shape.answer_limit} get through")
    return result


def from_failure(status: int, code: str, shape: Shape, event: Event, detail: str | None = None) -> dict[str, Any]:
    """Return the result that says what failed, without a word about where the service is."""
    headers = [("content-type", "application/json"), ("x-lambda-proxy-error", code)]
    return _written(Reply(status, headers, failure_body(status, detail), encoded=False), shape, event)


def failure_body(status: int, detail: str | None = None) -> str:
    """Return the body that says what failed."""
    content = {"message": _PHRASES[status]}
    if detail is not None:
        content["detail"] = detail
    return json.dumps(content)


def header_warning(answer: Answer, shape: Shape) -> str | None:
    """Return what to warn of if the front door is likely to refuse so many headers."""
    size = 0
    for name, value in answer.headers:
        size += len(name) + len(value) + 4
    return f"{size} bytes of response headers, at most {shape.header_limit} pass" if size > shape.header_limit else None


def _content_type(answer: Answer) -> str | None:
    if "content-type" not in answer.named:
        return None
    return next(value for name, value in answer.headers if name == "content-type")


def _written(reply: Reply, shape: Shape, event: Event) -> dict[str, Any]:
    if shape.write is None:
        raise TypeError(shape.name)
    return shape.write(reply, event)
