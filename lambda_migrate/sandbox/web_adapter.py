"""A stand-in of the AWS Lambda Web Adapter: it starts an application, and makes an HTTP request of each event.

What it does was read from the adapter's source (https://github.com/aws/aws-lambda-web-adapter, 1.0, and `lambda_http`
1.3): it waits until the application is ready, adds two headers of JSON to each request, posts what is not an HTTP
request to one path, keeps its connection for four seconds, and fails an invocation where a status says so. It does not
compress, and does not stream: the sandbox's function URLs do not either.
"""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.function import web_adapter
from lambda_migrate.proxy.runtime.adapter.settings import AdapterSettings
from lambda_migrate.proxy.runtime.message import Reply
from lambda_migrate.proxy.runtime.request import from_event
from lambda_migrate.proxy.runtime.settings import ProxySettings
from lambda_migrate.proxy.runtime.shapes import classify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXTENSION = "extensions/lambda-adapter"
"""What the adapter's layer holds; the sandbox recognises the adapter by it."""

LAYER = {
    "bootstrap": b'#!/bin/sh\nexec "${LAMBDA_TASK_ROOT}/${_HANDLER}"\n',
    EXTENSION: b"the sandbox has a stand-in of its own\n",
}
"""A layer that the sandbox takes for the adapter's."""

_EVENTS = ("lattice-1.0", "lattice-2.0")
"""Requests that the adapter takes for events: it was built without them."""

_KEPT = 4.0
"""Seconds for which it uses a connection again."""

_OF_THE_FUNCTION = {
    "function_name": "AWS_LAMBDA_FUNCTION_NAME",
    "memory": "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "version": "AWS_LAMBDA_FUNCTION_VERSION",
    "log_stream": "AWS_LAMBDA_LOG_STREAM_NAME",
    "log_group": "AWS_LAMBDA_LOG_GROUP_NAME",
}
_TEXT = ("text", "application/json", "application/javascript", "application/xml", "application/yaml")
_ADDED = "x-amzn-request-context", "x-amzn-lambda-context"
_START_DEADLINE = 30.0
_PAUSE = 0.01
# what is started ends with what started it, however that ends: PR_SET_PDEATHSIG of Linux is 1
_WITH_ITS_PARENT = """import os, signal, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
os.execvp(sys.argv[1], sys.argv[1:])"""


class AdapterError(Exception):
    """The invocation failed: the application answered with such a status, or not at all."""


class Adapter:
    """Runs what starts the application, and hands events to it.

    Args:
        environment: Of the function, with what Lambda adds; its paths are those of this machine.
        command: What starts the application.
        folder: Where it is started.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str], folder: str) -> None:
        port = str(_free_port())  # each environment of Lambda has a network of its own; here all share one
        told = {**environment, "PORT": port, "AWS_LWA_PORT": port}
        self._settings = AdapterSettings(told)
        adapter = web_adapter.of_variables(environment)
        self._failing = adapter.failing
        self._base_path = ProxySettings(base_path=adapter.base_path.rstrip("/"))
        self._authorization_source = environment.get("AWS_LWA_AUTHORIZATION_SOURCE", "").lower()
        self._environment = {name: environment.get(variable, "") for name, variable in _OF_THE_FUNCTION.items()}
        self._connection: http.client.HTTPConnection | None = None
        self._until = 0.0
        self._process = start(command, told, folder)

    @classmethod
    def of_package(
        cls, environment: Mapping[str, str], layers: Sequence[str], handler: str, arguments: Sequence[str]
    ) -> Adapter:
        """Run the script of a function in a package.

        Args:
            environment: Of the function, with what Lambda adds.
            layers: Folders of the unpacked layers, which stand for ``/opt``; the last ones first.
            handler: The function's handler: a script in its package.
            arguments: What Lambda gives the wrapper script.
        """
        told = {name: _below_opt(value, layers) for name, value in environment.items()} | {"_HANDLER": handler}
        return cls(told, [told["AWS_LAMBDA_EXEC_WRAPPER"], *arguments], told["LAMBDA_TASK_ROOT"])

    def wait(self) -> None:
        """Return once the application is ready.

        Raises:
            AdapterError: It ended, or is not ready in time.
        """
        until = time.monotonic() + _START_DEADLINE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise AdapterError(f"Runtime.ExitError: the application ended with {self._process.returncode}")
            if self._ready():
                return
            time.sleep(_PAUSE)
        raise AdapterError("the application is not ready in time")

    def stop(self) -> None:
        """End what was started."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()

    def __call__(self, event: Any, context: Any) -> Any:
        """Invoke the function.

        Raises:
            AdapterError: The application answered nothing, or with a status that stands for a failure.
        """
        shape = classify(event)
        headers = [(_ADDED[1], _written(self._told(context)))]
        tenant = getattr(context, "tenant_id", None)
        headers += [("x-amz-tenant-id", tenant)] if tenant else []
        if shape.read is None or shape.name in _EVENTS:
            headers += [("content-type", "application/json"), (_ADDED[0], "null")]
            status, answered, body = self._answer("POST", self._settings.events_path, headers, _written(event).encode())
            if status not in self._failing:
                return _json_or_nothing(dict(answered), body)
        else:
            asked = from_event(event, shape, self._base_path)
            headers += [(_ADDED[0], _written(event.get("requestContext"))), *self._authorized(asked.headers)]
            headers += [("host", asked.host)] if asked.host else []
            status, answered, body = self._answer(asked.method, _without_dots(asked.target), headers, asked.body)
        if status in self._failing or shape.write is None:
            told = json.dumps({"statusCode": status, "body": body.decode("utf-8", "replace")}, separators=(",", ":"))
            raise AdapterError(told)
        return shape.write(Reply(status, answered, body.decode("utf-8", "replace"), encoded=False), event)

    def _told(self, context: Any) -> dict[str, Any]:
        return {
            "request_id": context.aws_request_id,
            "deadline": int(time.time() * 1000 + context.get_remaining_time_in_millis()),
            "invoked_function_arn": context.invoked_function_arn,
            "xray_trace_id": None,
            "client_context": None,
            "identity": None,
            "tenant_id": getattr(context, "tenant_id", None),
            "env_config": self._environment,
        }

    def _authorized(self, headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers with the named one copied to `authorization`."""
        source = self._authorization_source
        if not any(name == source for name, _ in headers):
            return list(headers)
        kept = [(name, value) for name, value in headers if name != "authorization"]
        return [("authorization" if name == source else name, value) for name, value in kept]

    def _answer(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        try:
            answer = self._asked(method, target, headers, body)
            lines = [(name.lower(), value) for name, value in answer.getheaders()]
            content = answer.read()
        except (OSError, http.client.HTTPException) as failed:
            self._connection = None
            raise AdapterError(f"client error: {type(failed).__name__}") from None
        if answer.will_close:
            self._connection = None
        self._until = time.monotonic() + _KEPT
        return answer.status, [line for line in lines if line[0] != "transfer-encoding"], content

    def _asked(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> http.client.HTTPResponse:
        """Send a request on the connection that is kept, or on a new one."""
        if self._connection is None or time.monotonic() > self._until:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._settings.port)
        connection = self._connection
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value.encode())
        if body or method == "POST":
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        return connection.getresponse()

    def _ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._settings.readiness_port, timeout=1)
        try:
            if self._settings.by_connecting:
                connection.connect()
                return True
            connection.request("GET", self._settings.readiness_path)
            return connection.getresponse().status in self._settings.healthy
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def started(environment: Mapping[str, str], layers: Sequence[str], handler: str, arguments: Sequence[str]) -> Adapter:
    """Return the adapter of a function in a package, as :meth:`Adapter.of_package` makes it, once it is ready."""
    adapter = Adapter.of_package(environment, layers, handler, arguments)
    adapter.wait()
    return adapter


def start(command: Sequence[str], environment: Mapping[str, str], folder: str) -> subprocess.Popen[bytes]:
    """Start a process that ends with this one; what it prints goes where the sandbox collects logs."""
    whole = [sys.executable, "-I", "-S", "-c", _WITH_ITS_PARENT, *command]
    return subprocess.Popen(whole, env=environment, cwd=folder, stdout=2)  # noqa: S603  # what the function's owner wrote


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_dots(target: str) -> str:
    """Return a target as a URL has it (https://url.spec.whatwg.org): `.` and `..` of its path are followed."""
    path, mark, query = target.partition("?")
    parts: list[str] = []
    for part in path.split("/")[1:]:
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            del parts[-1:]
        elif plain != ".":
            parts.append(part)
    if path.lower().replace("%2e", ".").endswith(("/.", "/..")):
        parts.append("")
    return "/" + "/".join(parts) + mark + query


def _json_or_nothing(headers: Mapping[str, str], body: bytes) -> Any:
    """Return what an event is answered with: JSON that is sent as text, which it is without a type, too."""
    kind = headers.get("content-type", "text")
    suffixes = ("+json", "+xml", "+yaml")
    text = kind.startswith(_TEXT) or kind.partition(";")[0].strip().endswith(suffixes)
    if "content-encoding" in headers or not text:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def _below_opt(value: str, layers: Sequence[str]) -> str:
    """Return where a path below ``/opt`` is here; everything else as it is."""
    below = value.removeprefix("/opt/")
    if below == value:
        return value
    return next((str(Path(layer) / below) for layer in layers if (Path(layer) / below).is_file()), value)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
