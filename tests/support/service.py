"""A service that can be well, unwell or slow, and takes whatever a proxy hands to it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

HEALTH = ("/healthz", "/readyz")


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

    class Serving(Handler):
        def serve(self) -> None:
            self.received()
            status = 200 if "x-lambda-migrate-signature" in self.headers else 404
            if self.path in HEALTH:
                over.wait(service.delay)
                status = service.status
            body = json.dumps({"service": "orders", "version": "1", "consumers": []}).encode()
            self.answer(status, body, {"content-type": "application/json"})

    with listening(Serving) as service.url:
        try:
            yield service
        finally:
            over.set()
