"""`python -m awslambdaric module.function`: takes events from Lambda's runtime interface, one after the other.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BASE = "/2018-06-01/runtime"


class Context:
    """What a handler is told beside its event, with the names of the Python programming model."""

    identity = None
    client_context = None

    def __init__(self, headers: Any) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the invocation is cut off."""
        return max(0, self._deadline - int(time.time() * 1000))


def main(arguments: list[str]) -> None:
    """Take events until the environment ends."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # whatever reads it reads whole lines
    sys.path.insert(0, str(Path.cwd()))
    interface = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = _handler(arguments[0])
    except Exception as failed:
        _ask(interface, "/init/error", _told(failed))
        raise SystemExit(1) from failed
    while True:
        headers, content = _ask(interface, "/invocation/next")
        if headers["Lambda-Runtime-Trace-Id"]:
            os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        invocation = f"/invocation/{headers['Lambda-Runtime-Aws-Request-Id']}"
        try:
            kind, result = "response", json.dumps(handler(json.loads(content), Context(headers))).encode()
        except Exception as failed:  # noqa: BLE001  # whatever a handler raises is told
            kind, result = "error", _told(failed)
        _ask(interface, f"{invocation}/{kind}", result)


def _handler(name: str) -> Callable[[Any, Any], Any]:
    module, _, function = name.rpartition(".")
    handler: Callable[[Any, Any], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return handler


def _told(failed: Exception) -> bytes:
    trace = traceback.format_exception(failed)
    sys.stderr.write("".join(trace))
    told = {"errorMessage": str(failed), "errorType": type(failed).__name__, "stackTrace": trace}
    return json.dumps(told).encode()


def _ask(interface: http.client.HTTPConnection, path: str, content: bytes | None = None) -> tuple[Any, bytes]:
    """Return headers and body of what the interface answers."""
    interface.request("GET" if content is None else "POST", _BASE + path, content)
    answer = interface.getresponse()
    return answer.headers, answer.read()


if __name__ == "__main__":
    main(sys.argv[1:])
