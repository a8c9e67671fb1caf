"""A function that runs under the AWS Lambda Web Adapter, with the proxy beside its application."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lambda_migrate.config import Proxy
from lambda_migrate.proxy import layer
from lambda_migrate.sandbox import web_adapter
from lambda_migrate.sandbox.web_adapter import Adapter
from tests.events import requests
from tests.proxy.service import KEY, Received, answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

APPLICATION = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        context = self.headers.get("x-amzn-request-context")
        told = {"who": "original", "path": self.path, "body": body, "context": context}
        content = json.dumps(told).encode()
        self.send_response(500 if "fails" in body else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    do_GET = do_POST = answer

HTTPServer(("127.0.0.1", int(os.environ.get("FIXED") or os.environ["PORT"])), Handler).serve_forever()
"""


class Context:
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:210987654321:function:orders:live"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@contextmanager
def adapters(folder: Path) -> Iterator[Callable[..., Adapter]]:
    """Start functions in a folder as Lambda would, with the adapter and the proxy on them; stop them at the end."""
    opt, task = folder / "opt", folder / "task"
    for name, content in web_adapter.LAYER.items():
        (opt / name).parent.mkdir(parents=True, exist_ok=True)
        (opt / name).write_bytes(content)
    zipfile.ZipFile(io.BytesIO(layer.build().content)).extractall(opt)
    task.mkdir()
    (task / "app.py").write_text(APPLICATION)
    (task / "run.sh").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S app.py\n')
    for script in (opt / "bootstrap", opt / layer.SELECTOR, task / "run.sh"):
        script.chmod(0o755)
    running: list[Adapter] = []

    def start(url: str, *, events: str = "all", version: str = "7", fallback: str = "connect", **more: str) -> Adapter:
        told = layer.environment(
            Proxy(fallback=fallback),
            service_url=url,
            events=events,
            original_handler="",
            original_wrapper="/opt/bootstrap",
        )
        environment = {
            "PATH": os.environ["PATH"],
            "LAMBDA_TASK_ROOT": str(task),
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_VERSION": version,
            "AWS_LAMBDA_EXEC_WRAPPER": layer.WRAPPER,
            "LAMBDA_MIGRATE_SIGNING_KEYS": KEY,
            **told,
            **more,
        }
        adapter = Adapter.of_package(environment, [str(opt)], "run.sh", [sys.executable, "/var/runtime/bootstrap.py"])
        running.append(adapter)
        adapter.wait()
        return adapter

    try:
        yield start
    finally:
        for adapter in running:
            adapter.stop()


def body_of(result: Any) -> Any:
    return json.loads(result["body"])


CONTEXT = json.dumps(requests.http_api_2("GET")["requestContext"])


def failing(_received: Received, _sock: socket.socket) -> bytes:
    content = json.dumps({"errorType": "ValueError", "errorMessage": "no"}).encode()
    return answer(content, "500 Internal Server Error", (("content-type", "application/json"),))
