"""An HTTP endpoint that SNS can be told to deliver to, and that confirms when the test says so."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.listening import Handler, listening
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Endpoint:
    """Attributes: ``url``: where it listens; ``asked``: the confirmations that SNS has asked for."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)

    def confirm(self) -> None:
        address = urlsplit(self.asked[-1]["SubscribeURL"])
        connection = HTTPConnection(str(address.hostname), address.port, timeout=TIMEOUT)
        connection.request("GET", f"{address.path}?{address.query}")
        assert connection.getresponse().status == 200
        connection.close()


@contextmanager
def confirming_endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint("")

    class Confirming(Handler):
        def serve(self) -> None:
            endpoint.asked.append(json.loads(self.received()))
            self.answer(200)

    with listening(Confirming) as url:
        endpoint.url = f"{url}/sns"
        yield endpoint
