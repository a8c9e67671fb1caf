"""Lambda's runtime interface for one execution environment: the process in it asks for events, and answers them.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from lambda_migrate.sandbox.web_adapter import start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START_DEADLINE = 30.0
_BASE = "/2018-06-01/runtime/"
_POLL = 0.05
_KNOWN_TO_SOME = {
    "client_context": "Lambda-Runtime-Client-Context",
    "identity": "Lambda-Runtime-Cognito-Identity",
    "tenant_id": "Lambda-Runtime-Aws-Tenant-Id",
    "trace": "Lambda-Runtime-Trace-Id",
}
"""Attributes of a context, and the headers that tell them."""


class RuntimeExitError(Exception):
    """The process ended, or reported that it cannot start."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_ignored: Any) -> None:
        """Say nothing: the connection of a process that was ended is reset."""


class RuntimeInterface:
    """Starts a process, and hands it one event at a time.

    Args:
        environment: Of the function, with what Lambda adds.
        command: What to start.
        folder: Where.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str], folder: str) -> None:
        self._asked = threading.Event()
        self._events: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self._answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), self._requests())
        threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True).start()
        address = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}"}
        self._process = start(command, {**environment, **address}, folder)

    def wait(self) -> None:
        """Return once the process asks for its first event.

        Raises:
            RuntimeExitError: It ended, reported an error, or did not ask in time.
        """
        until = time.monotonic() + START_DEADLINE
        while not self._asked.wait(_POLL):
            if not self._answers.empty():
                _, told = self._answers.get()
                raise RuntimeExitError(f"{told.get('errorType')}: {told.get('errorMessage')}")
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeExitError(self._ended() or "the process does not ask for events")

    def __call__(self, event: Any, context: Any) -> Any:
        """Invoke the function.

        Raises:
            Exception: One with the name and the message that the process reported, or that it has ended.
        """
        self._events.put((_told(context), json.dumps(event).encode()))
        while True:
            try:
                kind, told = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if ended := self._ended():
                    raise RuntimeExitError(ended) from None
                continue
            if kind == "error":
                raise type(str(told.get("errorType")), (Exception,), {})(told.get("errorMessage"))
            return told

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._server.shutdown()
        self._server.server_close()

    def _ended(self) -> str:
        code = self._process.poll()
        return "" if code is None else f"Runtime.ExitError: the process ended with {code}"

    def _requests(self) -> type[BaseHTTPRequestHandler]:
        interface = self

        class Requests(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                if self.path == f"{_BASE}restore/next":  # of a snapshot, which here is the process itself
                    self._answer(200)
                    return
                if self.path != f"{_BASE}invocation/next":
                    self._answer(404)
                    return
                interface._asked.set()
                headers, body = interface._events.get()
                self._answer(200, body, headers)

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                kind = self.path.removeprefix(_BASE).rpartition("/")[2]
                interface._answers.put((kind, _answered(content)))
                self._answer(202)

            def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_ignored: Any) -> None:
                """Say nothing."""

        return Requests


def _told(context: Any) -> dict[str, str]:
    """Return the headers of an event. Those that AWS leaves out are left out where the context does not know them."""
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": context.aws_request_id,
        "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000 + context.get_remaining_time_in_millis())),
        "Lambda-Runtime-Invoked-Function-Arn": context.invoked_function_arn,
    }
    for name, header in _KNOWN_TO_SOME.items():
        if isinstance(value := getattr(context, name, None), (str, dict)):
            headers[header] = value if isinstance(value, str) else json.dumps(value)
    return headers


def _answered(content: bytes) -> Any:
    """Return what a function answers; one that is not JSON, which Lambda passes on as it is, as text."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")
