"""What can be told of a request, an event and a context."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request

ATTRIBUTES = (
    "function_name",
    "function_version",
    "invoked_function_arn",
    "memory_limit_in_mb",
    "aws_request_id",
    "log_group_name",
    "log_stream_name",
    "client_context",
)


def handled_by() -> str:
    """Return who runs this code: only Lambda sets the name of the function."""
    return "lambda" if "AWS_LAMBDA_FUNCTION_NAME" in os.environ else "service"


def of_context(context: Any) -> dict[str, Any]:
    """Return what a Lambda context says; the time that is left as whether it can be true."""
    told = {name: getattr(context, name) for name in ATTRIBUTES}
    told["cognito"] = getattr(context.identity, "cognito_identity_id", None)
    told["in_time"] = 0 < context.get_remaining_time_in_millis() <= int(os.environ["FUNCTION_TIMEOUT"]) * 1000
    return told


async def of_request(request: Request) -> dict[str, Any]:
    """Return what the application sees of a request."""
    scope, body = request.scope, await request.body()
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name, []).append(value)
    raw_path = scope.get("raw_path")
    return {
        "type": scope["type"],
        "method": scope["method"],
        "http_version": scope["http_version"],
        "scheme": scope["scheme"],
        "path": scope["path"],
        "raw_path": raw_path if raw_path is None else raw_path.decode("latin-1"),
        "root_path": scope["root_path"],
        "query": scope["query_string"].decode("latin-1"),
        "parameters": request.query_params.multi_items(),
        "headers": headers,
        "cookies": request.cookies,
        "client": list(scope["client"]),
        "length": len(body),
        "body": hashlib.sha256(body).hexdigest(),
        "event": scope.get("aws.event"),
        "context": of_context(scope["aws.context"]) if "aws.context" in scope else None,
        "handled_by": handled_by(),
    }
