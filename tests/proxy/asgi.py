"""Real servers for ASGI applications, with the service's own half of the wire in front."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.proxy import ProxyMiddleware, SignatureVerifier
from lambda_migrate_service.proxy.signing_keys import SigningKeys, parse

from tests.proxy.service import KEY
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def behind_door(app: Any, memory: Path, direct: Any = None) -> Any:
    """Return the application as the service runs it: signatures verified, scope restored."""
    return ProxyMiddleware(
        app,
        direct or app,
        verifier=SignatureVerifier(SigningKeys(parse(KEY))),
        replays=Replays(memory, 300.0),
        function=Function("parcels", "eu-central-1", "210987654321", 256, 3.0),
        version="3.1",
    )


@contextlib.contextmanager
def running(app: Any, **options: Any) -> Iterator[str]:
    """Run an application under uvicorn, configured as the options say, and give its URL."""
    usual = {"lifespan": "off", "log_level": "error", "ws": "none", "timeout_keep_alive": 5}
    config = uvicorn.Config(app, host="127.0.0.1", port=0, **{**usual, **options})
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started or not thread.is_alive())
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(TIMEOUT)
