"""Ports that a process started by a test may listen on, and what the system says of them."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.waiting import TIMEOUT

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


def listens(port: int) -> bool:
    """Return whether somebody takes connections on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT).close()
    except OSError:
        return False
    return True


def unread(sock: socket.socket) -> int:
    """Return the bytes of a connection over loopback that its other end has not read yet (proc(5), net/tcp)."""
    ours, theirs = sock.getsockname()[1], sock.getpeername()[1]
    waiting = [
        int(fields[4].partition(":")[2], 16)
        for fields in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
        if (fields[1][-4:], fields[2][-4:]) == (f"{theirs:04X}", f"{ours:04X}")
    ]
    return sum(waiting) if waiting else -1
