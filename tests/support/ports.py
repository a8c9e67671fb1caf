"""Ports that a process started by a test may listen on."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def reserved_port() -> Iterator[int]:
    """Hold a port of loopback that nobody else is given, and on which a server may listen.

    The socket is bound and never listens. Linux gives its port to nobody who asks for any port, yet lets a server bind
    it by number, since both allow the address to be used again (socket(7), SO_REUSEADDR).
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
