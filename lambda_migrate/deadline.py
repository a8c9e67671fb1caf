"""One deadline for a whole exchange over HTTP; :mod:`lambda_migrate.http` exchanges."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


@dataclass
class Deadline:
    """Cuts the connection of an exchange that takes too long, wherever the exchange is.

    httpx's own timeouts hold for one read each, so that a byte now and then would go on for ever.

    Attributes:
        seconds: How long the exchange may take.
        expired: Whether it took longer.
    """

    seconds: float
    expired: bool = False
    _streams: list[Any] = field(default_factory=list)

    def __enter__(self) -> None:
        self._timer = threading.Timer(self.seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """Take note of a connection (httpcore's trace extension)."""
        if event.endswith(_CONNECTED):
            self._streams.append(details["return_value"])
            if self.expired:
                self._cut()

    def _cut(self) -> None:
        self.expired = True
        for stream in self._streams:
            with suppress(OSError, AttributeError):
                # The socket's own shutdown: that of a TLS socket would change it under whoever reads from it.
                socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)
