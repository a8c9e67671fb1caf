"""The service behind its middleware, and the signed context that the proxy sends along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate_service.base_path import BasePath
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.proxy import ProxyMiddleware, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.service_library.calling import Recorder

if TYPE_CHECKING:
    from pathlib import Path


FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
CONTEXT = {
    "event": {"version": "2.0", "rawPath": "/orders", "isBase64Encoded": False, "requestContext": {"stage": "prod"}},
    "context": {
        "function_name": "orders",
        "function_version": "7",
        "invoked_function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
        "memory_limit_in_mb": "256",
        "aws_request_id": "0b1c",
        "log_group_name": "/aws/lambda/orders",
        "log_stream_name": "2025/10/09/[7]abc",
        "deadline_ms": 32503680000000,
        "client_context": {"custom": {"a": 1}, "env": {}, "client": {"app_title": "shop"}},
        "identity": None,
        "tenant_id": None,
    },
    "client": "203.0.113.7",
    "root_path": "",
    "host": None,
}


class World:
    def __init__(self, directory: Path, *, keys: str = "k1:first-secret,k2:second-secret", base_path: str = "") -> None:
        self.app = Recorder()
        self.door = ProxyMiddleware(
            self.app,
            BasePath(self.app, base_path),
            verifier=SignatureVerifier(SigningKeys(parse(keys))),
            replays=Replays(directory, 300.0),
            function=FUNCTION,
            version="1.2.3",
        )

    @property
    def scope(self) -> Any:
        return self.app.scopes[-1]
