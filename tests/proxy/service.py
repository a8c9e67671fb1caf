"""A service on a loopback socket, every byte of which a test decides, and a Lambda to put the proxy into."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.proxy.runtime.proxy import Proxy, start

if TYPE_CHECKING:
    from lambda_migrate.proxy.runtime.connection import Connection

KEY = "k1:a-secret-of-the-tests"


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    method: str
    target: str
    lines: list[tuple[str, str]]
    body: bytes
    connection: int

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.lines)

    @property
    def own(self) -> list[tuple[str, str]]:
        """The header lines without those that sign."""
        return [line for line in self.lines if not line[0].startswith("x-lambda-migrate-")]


Behaviour = Callable[[Received, socket.socket], "bytes | None"]


def answer(
    body: bytes = b"", status: str = "200 OK", headers: tuple[tuple[str, str], ...] = (), *, length: bool = True
) -> bytes:
    """Return an answer as bytes."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    if length:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def silence(_received: Received, sock: socket.socket) -> None:
    """Never answer: wait until the other side has given up."""
    sock.recv(1)


def echo(received: Received, _sock: socket.socket) -> bytes:
    """Answer with the request itself."""
    content = {
        "method": received.method,
        "target": received.target,
        "lines": received.lines,
        "body": base64.b64encode(received.body).decode(),
    }
    return answer(json.dumps(content).encode(), headers=(("content-type", "application/json"),))


@dataclass
class Service:
    """Listens on a free port; what `behave` returns is sent, None closes the connection."""

    behave: Behaviour = echo
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # else the thread that waits takes one more connection
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def wrap(self, sock: socket.socket) -> socket.socket:
        return sock

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(plain, self.connections), daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        try:
            sock = self.wrap(plain)
            self._open.append(sock)
            buffered = b""
            while (request := read_request(sock, buffered, number)) is not None:
                received, buffered = request
                self.received.append(received)
                reply = self.behave(received, sock)
                if reply is None:
                    break
                sock.sendall(reply)
        except OSError:
            pass
        finally:
            plain.close()


def read_request(sock: socket.socket, buffered: bytes, number: int) -> tuple[Received, bytes] | None:
    """Read one request; a second length or any transfer coding would be smuggling, so it fails."""
    while b"\r\n\r\n" not in buffered:
        chunk = sock.recv(65_536)
        if not chunk:
            return None
        buffered += chunk
    head, _, rest = buffered.partition(b"\r\n\r\n")
    first, *raw_lines = head.decode("utf-8").split("\r\n")
    method, target, version = first.split(" ")
    lines = [(name, value) for name, _, value in (line.partition(": ") for line in raw_lines)]
    lengths = [int(value) for name, value in lines if name == "content-length"]
    assert version == "HTTP/1.1"
    assert len(lengths) <= 1
    assert "transfer-encoding" not in dict(lines)
    length = lengths[0] if lengths else 0
    while len(rest) < length:
        chunk = sock.recv(1_048_576)
        if not chunk:
            return None
        rest += chunk
    return Received(method, target, lines, rest[:length], number), rest[length:]


class Context:
    """What Lambda hands the handler beside the event."""

    function_name = "parcels"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:eu-central-1:210987654321:function:parcels:live"
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"
    log_group_name = "/aws/lambda/parcels"
    log_stream_name = "2026/11/23/[7]0a1b2c"
    client_context = None
    identity = None
    tenant_id = None

    def __init__(self, seconds: float = 20.0, version: str = "7") -> None:
        self.function_version = version
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - time.monotonic()) * 1000))


@dataclass
class Function:
    """The proxy inside a Lambda of which the test is the platform."""

    proxy: Proxy = field(repr=False)
    logged: list[str] = field(repr=False)

    def __call__(self, event: Any, seconds: float = 20.0, version: str = "7") -> Any:
        """Invoke; the result goes through JSON, as on the platform."""
        return json.loads(json.dumps(self.proxy(event, Context(seconds, version))))

    @property
    def kept(self) -> list[Connection]:
        """The connections that are kept for the next request."""
        return self.proxy._service._idle

    def let_expire(self) -> None:
        """Let the time be over for which connections are kept."""
        for connection in self.kept:
            connection.until = time.monotonic() - 0.001

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logged]

    @property
    def told(self) -> list[dict[str, Any]]:
        """The log lines without what belongs to the metric format and to the clock."""
        dropped = ("_aws", "timestamp", "FunctionName", "FunctionVersion", "UpstreamMilliseconds", "request_id")
        return [{name: value for name, value in line.items() if name not in dropped} for line in self.lines]


def function(url: str, **settings: str) -> Function:
    """Return a function whose proxy talks to `url`."""
    logged: list[str] = []
    environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "parcels",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "LAMBDA_MIGRATE_SERVICE_URL": url,
        "LAMBDA_MIGRATE_EVENTS": "all",
        "LAMBDA_MIGRATE_FALLBACK": "never",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "tests.proxy.original.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
        **{f"LAMBDA_MIGRATE_{name.upper()}": value for name, value in settings.items()},
    }
    return Function(start(environment, logged.append), logged)
