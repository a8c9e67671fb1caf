"""A service that is healthy, keeps its events endpoint closed, and answers signed probes."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE = "/lambda-proxy-probe"


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of this machine; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            signed = "x-lambda-migrate-signature" in self.headers
            healthy = self.path in ("/healthz", "/readyz") or (self.path.startswith(PROBE) and signed)
            body = json.dumps({"service": "orders", "version": "1", "consumers": []}).encode()
            self.send_response(200 if healthy else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.do_GET()

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
