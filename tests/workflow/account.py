"""An account with one function, its package and a layer of it, for the length of a test."""

from __future__ import annotations

import base64
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import MigrateError, NotFound
from tests.scaffold.packages import MAIN, installed, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator


ROLE = "arn:aws:iam::123456789012:role/service/orders"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:shared:7"
PACKAGE = zipped({"main.py": MAIN, **installed("fastapi", "0.165.0", "fastapi")})
SHARED = zipped({"python/shared.py": "x = 1\n"})


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Account:
    """An AWS with one function, as far as `init` looks; an error among the answers is raised."""

    region_name = "eu-west-1"
    endpoint = "https://lambda.eu-west-1.amazonaws.com"
    on_this_machine = False
    account = "123456789012"

    def __init__(self, shelf: str) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.configuration: dict[str, Any] = {
            "FunctionName": "orders",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            "Runtime": "python3.12",
            "Handler": "main.handler",
            "Timeout": 29,
            "MemorySize": 256,
            "Architectures": ["arm64"],
            "Role": ROLE,
            "CodeSha256": sha256(PACKAGE),
            "Environment": {"Variables": {"TABLE": "orders"}},
            "Layers": [{"Arn": LAYER}],
            "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [], "VpcId": "vpc-1"},
        }
        self.answers: dict[str, Any] = {
            "get_function": {
                "Configuration": self.configuration,
                "Code": {"Location": f"{shelf}/package"},
                "Concurrency": {"ReservedConcurrentExecutions": 5},
            },
            "get_layer_version_by_arn": {
                "Content": {"Location": f"{shelf}/layer", "CodeSha256": sha256(SHARED)},
            },
            "get_role_policy": {"PolicyDocument": {"Statement": []}},
            "list_attached_role_policies": [{"PolicyArn": "arn:aws:iam::aws:policy/Queue"}],
            "list_role_policies": ["tables"],
            "list_aliases": [],
            "get_policy": NotFound("it has no policy"),
            "list_event_source_mappings": [],
            "get_metric_data": [{"Id": "peak", "Values": [3.0, 17.0]}, {"Id": "peak", "Values": []}],
        }

    def call(self, _service: str, operation: str, **parameters: Any) -> Any:
        self.asked.append((operation, {name: value for name, value in parameters.items() if value is not None}))
        answer = self.answers[operation]
        if isinstance(answer, MigrateError):
            raise answer
        return answer

    def pages(self, service: str, operation: str, _key: str, **parameters: Any) -> Any:
        return self.call(service, operation, **parameters)


@pytest.fixture
def shelf() -> Iterator[str]:
    """A web server on this machine that hands out the package and the layer; everything else is forbidden."""

    class Shelf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = {"/package": PACKAGE, "/layer": SHARED, "/cut": PACKAGE[:99]}.get(self.path)
            self.send_response(403 if content is None else 200)
            if self.path == "/cut":
                self.send_header("Content-Length", str(len(PACKAGE)))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def account(shelf: str) -> Account:
    return Account(shelf)
