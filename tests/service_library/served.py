"""A service that `test_server` runs as a process: `python -m tests.service_library.served [hang|broken]`."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from typing import Any

from lambda_migrate_service import (
    Environment,
    ErrorBoundary,
    Function,
    Health,
    Lifespan,
    Readiness,
    Service,
    Settings,
    SettingsError,
    server,
)

FUNCTION = Function("orders", "eu-west-1", "123456789012", 512, 5.0)


async def application(scope: Any, _receive: Any, send: Any) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    await send({"type": "http.response.body", "body": b"%06d" % os.getpid()})


def build() -> Service:
    readiness = Readiness()
    lifespan = Lifespan(application, "off", [], readiness)
    return Service(ErrorBoundary(Health(application, readiness)), lifespan, readiness, [], 10)


if __name__ == "__main__":
    if "hang" in sys.argv:
        server.LAST = 0.3
        threading.Thread(target=time.sleep, args=(600,)).start()
    settings = Settings.read(Environment(os.environ), FUNCTION, concurrency=10, lifespan="off")
    server.run(f"tests.service_library.served:{'broken' if 'broken' in sys.argv else 'app'}", settings)
elif "broken" in sys.argv:
    raise SettingsError(["PORT is odd"])
else:
    app = build()
