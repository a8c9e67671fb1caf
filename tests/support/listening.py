"""Stub servers of HTTP: a test says how requests are handled, this module serves them on loopback."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Server(ThreadingHTTPServer):
    """Each call in a thread of its own, so that one that takes its time holds up nobody."""

    daemon_threads = True

    def handle_error(self, *_ignored: Any) -> None:
        """Say nothing: whoever asked may have been killed."""


class Handler(BaseHTTPRequestHandler, ABC):
    """Every request comes to `serve`, whatever its method."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in two packets waits 40 ms for the first one to be acknowledged
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    @abstractmethod
    def serve(self) -> None:
        """Answer one request."""

    def received(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Send an answer, unless whoever asked is gone."""
        with suppress(OSError):
            self.send_response(status)
            for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    def log_message(self, *_ignored: Any) -> None:
        """Say nothing."""


@contextmanager
def listening(handler: type[Handler]) -> Iterator[str]:
    """Serve on a free port of this machine; yields the URL."""
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
