"""`python -m awslambdaric module.function`: takes events from Lambda's runtime interface, one after the other.

It does what AWS's own 4.2 does, as far as a handler and its callers can tell; `tests/proxy/test_runtime_client.py` runs
both. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import decimal
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BASE = "/2018-06-01/runtime"
_CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
_ESCAPED = ("AWS_Lambda_python3.9", "AWS_Lambda_python3.10", "AWS_Lambda_python3.11", None)
"""What `AWS_EXECUTION_ENV` is where answers are ASCII."""


class FaultError(Exception):
    """What the runtime says of a function, under a name of its own in place of the exception's."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Context:
    """What a handler is told beside its event, with the names of the Python programming model."""

    def __init__(self, headers: Any) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.tenant_id = headers["Lambda-Runtime-Aws-Tenant-Id"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.client_context = _client_context(headers["Lambda-Runtime-Client-Context"])
        known = json.loads(headers["Lambda-Runtime-Cognito-Identity"] or "{}")
        self.identity = SimpleNamespace(
            cognito_identity_id=known.get("cognitoIdentityId"),
            cognito_identity_pool_id=known.get("cognitoIdentityPoolId"),
        )
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the invocation is cut off."""
        return max(0, self._deadline - int(time.time() * 1000))


def main(arguments: list[str]) -> None:
    """Take events until the environment ends."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # whatever reads it reads whole lines
    logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
    interface = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = _handler(arguments[0])
    except Exception as failed:
        _ask(interface, "/init/error", _told(failed))
        raise SystemExit(1) from failed
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        _restore(interface)
    while True:
        headers, content = _ask(interface, "/invocation/next")
        if headers["Lambda-Runtime-Trace-Id"]:
            os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        invocation = f"/invocation/{headers['Lambda-Runtime-Aws-Request-Id']}"
        try:
            kind, result = "response", _written(handler(json.loads(content), Context(headers)))
        except Exception as failed:  # noqa: BLE001  # whatever a handler raises is told
            kind, result = "error", _told(failed)
        _ask(interface, f"{invocation}/{kind}", result)


def _handler(name: str) -> Callable[[Any, Any], Any]:
    module, dot, function = name.rpartition(".")
    if not dot:
        raise FaultError(
            "MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        imported = importlib.import_module(module.replace("/", "."))
    except ImportError as failed:
        raise FaultError("ImportModuleError", f"Unable to import module '{module}': {failed}") from failed
    except SyntaxError as failed:
        raise FaultError("UserCodeSyntaxError", f"Syntax error in module '{module}': {failed}") from failed
    try:
        handler: Callable[[Any, Any], Any] = getattr(imported, function)
    except AttributeError:
        raise FaultError("HandlerNotFound", f"Handler '{function}' missing on module '{module}'") from None
    return handler


def _restore(interface: http.client.HTTPConnection) -> None:
    """Call what the function registered for before its snapshot and for after it."""
    hooks = importlib.import_module("snapshot_restore_py")
    for hook, arguments, named in reversed(hooks.get_before_snapshot()):
        hook(*arguments, **named)
    _ask(interface, "/restore/next")
    for hook, arguments, named in hooks.get_after_restore():
        hook(*arguments, **named)


def _client_context(header: str | None) -> SimpleNamespace | None:
    if not header:
        return None
    given = json.loads(header)
    told = SimpleNamespace(**{name: given.get(name) for name in ("custom", "env", "client")})
    if told.client is not None:
        told.client = SimpleNamespace(**{name: told.client.get(name) for name in _CLIENT})
    return told


def _written(result: Any) -> bytes:
    if isinstance(result, bytes):
        return result
    try:
        ascii_only = os.environ.get("AWS_EXECUTION_ENV") in _ESCAPED
        return json.dumps(result, ensure_ascii=ascii_only, default=_number).encode()
    except Exception as failed:
        raise FaultError("MarshalError", f"Unable to marshal response: {failed}") from failed


def _number(value: Any) -> float:
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _told(failed: Exception) -> bytes:
    trace = traceback.format_exception(failed)
    sys.stdout.write("".join(trace))
    kind = f"Runtime.{failed.kind}" if isinstance(failed, FaultError) else type(failed).__name__
    called = [] if isinstance(failed, FaultError) else traceback.format_tb(failed.__traceback__)[1:]
    return json.dumps({"errorMessage": str(failed), "errorType": kind, "stackTrace": called}).encode()


def _ask(interface: http.client.HTTPConnection, path: str, content: bytes | None = None) -> tuple[Any, bytes]:
    """Return headers and body of what the interface answers."""
    interface.request("GET" if content is None else "POST", _BASE + path, content)
    answer = interface.getresponse()
    return answer.headers, answer.read()


if __name__ == "__main__":
    main(sys.argv[1:])
