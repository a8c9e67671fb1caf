"""What the AWS Lambda Web Adapter did for the application, for a function that ran under it.

Events that are not HTTP requests were posted to a path of the application's own, and two headers told of the request
and of the invocation. An answer of 500 was a success to Lambda, unless `AWS_LWA_ERROR_STATUS_CODES` named it; so it is
here.

https://github.com/aws/aws-lambda-web-adapter
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .asgi import Application, Headers, Message, Scope
from .context import LambdaContext

REQUEST_CONTEXT = b"x-amzn-request-context"
LAMBDA_CONTEXT = b"x-amzn-lambda-context"

BROKEN = 500
"""What an application is taken to answer that answers nothing."""

LAST = 599
"""The largest status that HTTP knows."""


class ErrorStatus(Exception):
    """The application answered an event with a status that stands for a failure."""


def starts_by_a_script(handler: str) -> bool:
    """Tell whether a function's handler is a command, as it is under the adapter, and not a function in a module."""
    module, _, name = handler.rpartition(".")
    return not module or name == "sh"


def takes_events(app: Application, variables: Mapping[str, str]) -> Callable[[Any, LambdaContext], Awaitable[Any]]:
    """Return a handler that posts each event to the path that the application has for them.

    Args:
        app: The application.
        variables: The adapter's, which the function had: `AWS_LWA_PASS_THROUGH_PATH`, `AWS_LWA_ERROR_STATUS_CODES`.
    """
    path = variables.get("AWS_LWA_PASS_THROUGH_PATH") or "/events"
    path = path if path.startswith("/") else f"/{path}"
    failing = _statuses(variables.get("AWS_LWA_ERROR_STATUS_CODES", ""))

    async def handler(event: Any, context: LambdaContext) -> Any:
        status, body = await _posted(app, path, event, context)
        if status in failing:
            raise ErrorStatus(f"Request failed with configured error status code: {status}")
        try:
            return json.loads(body)
        except ValueError:
            return None  # as the adapter has it

    return handler


def told(gateway: Any, invocation: Any) -> Headers:
    """Return the adapter's two headers, as it wrote them.

    Args:
        gateway: The request context of the event; None for everything but HTTP requests.
        invocation: What it said of the invocation.
    """
    return [(REQUEST_CONTEXT, _compact(gateway)), (LAMBDA_CONTEXT, _compact(invocation))]


async def _posted(app: Application, path: str, event: Any, context: LambdaContext) -> tuple[int, bytes]:
    """Return the status and the body of what the application answers to an event."""
    content = json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")
    started: list[int] = []
    pieces: list[bytes] = []
    incoming: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Message:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message["status"])
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    await app(_scope(path, len(content), context), receive, send)
    return started[0] if started else BROKEN, b"".join(pieces)


def _scope(path: str, length: int, context: LambdaContext) -> Scope:
    invocation = {
        "request_id": context.aws_request_id,
        "deadline": context.deadline_ms,
        "invoked_function_arn": context.invoked_function_arn,
        "xray_trace_id": None,
        "client_context": None,
        "identity": None,
    }
    headers = [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers, *told(None, invocation)],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }


def _statuses(told: str) -> frozenset[int]:
    """Return the statuses that `500,502-504` names; what is neither a number nor a range counts for nothing."""
    statuses: set[int] = set()
    for part in told.split(","):
        first, dash, last = part.strip().partition("-")
        if first.isdecimal() and (last.isdecimal() or not dash):
            statuses.update(range(int(first), min(int(last if dash else first), LAST) + 1))
    return frozenset(statuses)


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
