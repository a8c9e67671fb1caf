"""A service that can be well, unwell or slow, and takes whatever a proxy hands to it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HEALTH = ("/healthz", "/readyz")


class Server(ThreadingHTTPServer):
    """Each call in a thread of its own, so that one that takes its time holds up nobody."""

    daemon_threads = True

    def handle_error(self, *_ignored: Any) -> None:
        """Say nothing: whoever asked may have been killed."""


@dataclass
class Service:
    """Attributes: ``url``: where it is; ``status``: what its health checks answer; ``delay``: how long they take."""

    url: str = ""
    status: int = 200
    delay: float = 0.0


@contextmanager
def serving() -> Iterator[Service]:
    """Serve on a free port of this machine."""
    service, over = Service(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in two packets waits 40 ms for the first one to be acknowledged
        disable_nagle_algorithm = True

        def serve(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            signed = "x-lambda-migrate-signature" in self.headers
            status = 200 if signed else 404
            if self.path in HEALTH:
                over.wait(service.delay)
                status = service.status
            body = json.dumps({"service": "orders", "version": "1", "consumers": []}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked may have lost patience
                self.wfile.write(body)
                self.wfile.flush()

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    for verb in ("GET", "POST"):
        setattr(Handler, f"do_{verb}", Handler.serve)
    server = Server(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
