"""A service that is always well: it takes the proxy's requests, confirms SNS's subscriptions, and polls a queue."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_migrate.triggers.base import EVENTS_PATH
from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

CREDENTIALS = ("x-lambda-migrate-signature", "x-lambda-migrate-api-key")


@dataclass
class Service:
    """Attributes: ``url``: where it is; ``queues``: what it says it polls."""

    url: str = ""
    queues: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Service]:
    """Serve on a free port of this machine."""
    service = Service()

    class Serving(Handler):
        def serve(self) -> None:
            body = self.received()
            if "x-amz-sns-message-type" in self.headers:
                _confirm(body)
            elif self.path == EVENTS_PATH and not any(name in self.headers for name in CREDENTIALS):
                self.answer(404)
                return
            consumers = [{"queue": queue, "polling": True} for queue in service.queues]
            said = {"service": "orders", "version": "1", "consumers": consumers}
            self.answer(200, json.dumps(said).encode(), {"content-type": "application/json"})

    with listening(Serving) as service.url:
        yield service


def _confirm(body: bytes) -> None:
    """Confirm a subscription, where SNS asks for that."""
    asked = urlsplit(json.loads(body).get("SubscribeURL") or "")
    if asked.hostname:
        connection = HTTPConnection(asked.hostname, asked.port, timeout=TIMEOUT)
        connection.request("GET", f"{asked.path}?{asked.query}")
        connection.getresponse().read()
        connection.close()
