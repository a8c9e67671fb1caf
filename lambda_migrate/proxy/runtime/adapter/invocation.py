"""What the adapter tells about the invocation that a request belongs to, in two headers of JSON."""

from __future__ import annotations

import json
import os
import time

from ..shapes.shape import last_forwarded_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, HeaderLines
    from .wire import Asked

REQUEST_CONTEXT = "x-amzn-request-context"
LAMBDA_CONTEXT = "x-amzn-lambda-context"
_TOLD = (REQUEST_CONTEXT, LAMBDA_CONTEXT)
_FUNCTION_URL = ".lambda-url."


class Context:
    """The Lambda context, with the names that it has in Python.

    Args:
        told: What the adapter says; where the function is named differently, the environment is right.
    """

    client_context = None
    identity = None

    def __init__(self, told: dict[str, Any]) -> None:
        self.aws_request_id = told.get("request_id")
        self.invoked_function_arn = told.get("invoked_function_arn")
        self.tenant_id = told.get("tenant_id")
        self.trace = told.get("xray_trace_id")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        if isinstance(told.get("client_context"), dict):
            self.client_context = told["client_context"]
        if isinstance(told.get("identity"), dict):
            self.identity = told["identity"]
        deadline = told.get("deadline", told.get("deadline_ms"))
        if isinstance(deadline, (int, float)):
            self.get_remaining_time_in_millis = lambda: max(0.0, deadline - time.time() * 1000)


class Invocation:
    """A request of the adapter, and what it stands for.

    Attributes:
        context: The Lambda context.
        gateway: The request context of an HTTP request; none for every other event.
    """

    __slots__ = ("_lambda_context", "context", "gateway")

    def __init__(self, asked: Asked) -> None:
        told = _json_in(asked.headers, LAMBDA_CONTEXT)
        self._lambda_context = told if isinstance(told, dict) else {}
        self.context = Context(self._lambda_context)
        gateway = _json_in(asked.headers, REQUEST_CONTEXT)
        self.gateway: dict[str, Any] | None = gateway if isinstance(gateway, dict) and gateway else None

    @property
    def behind_api_gateway(self) -> bool:
        """Whether API Gateway waits, which gives up after about 29 seconds."""
        gateway = self.gateway or {}
        return "apiId" in gateway and _FUNCTION_URL not in str(gateway.get("domainName"))

    def event(self, headers: HeaderLines) -> Event:
        """Return what the service is told in place of the event, which the adapter keeps to itself."""
        lists: dict[str, list[str]] = {}
        for name, value in headers:
            if name not in _TOLD:
                lists.setdefault(name, []).append(value)
        return {
            "requestContext": self.gateway,
            "lambdaContext": self._lambda_context,
            "multiValueHeaders": lists,
        }

    def client(self, headers: HeaderLines) -> str | None:
        """Return the client's address from what the front door says."""
        gateway = self.gateway or {}
        for part in (gateway.get("http"), gateway.get("identity")):
            address = part.get("sourceIp") if isinstance(part, dict) else None
            if isinstance(address, str) and address:
                return address
        return last_forwarded_for(list(headers))


def is_told(headers: HeaderLines) -> bool:
    """Return whether a request belongs to an invocation: those that ask whether the application is ready do not.

    Adapters before 0.7.1 send one of the two headers alone
    (https://github.com/aws/aws-lambda-web-adapter/pull/248).
    """
    return any(name in _TOLD for name, _ in headers)


def _json_in(headers: HeaderLines, wanted: str) -> Any:
    value = next((value for name, value in headers if name == wanted), "null")
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
