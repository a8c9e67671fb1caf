"""HTTP/1.1 between the adapter and us, on a connection that never leaves the machine."""

from __future__ import annotations

import time

from ..failures import ServiceFailure
from ..stepwise import chunked, length_of
from ..wire import NO_BODY, Reader, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from ..message import Bytes, HeaderLines

_LONGEST_HEAD = 131_072
_LARGEST_BODY = 64 * 1024 * 1024  # Lambda takes 6 MB; the adapter has it already
_AS_LONG_AS_IT_TAKES = 1_000_000.0  # seconds; the adapter keeps its connection for as long as the environment lives
_PHRASE = "Answer"  # nobody reads it


class Asked:
    """A request of the adapter.

    Attributes:
        method: As it stands on the wire.
        target: Path and query.
        headers: One line per value, names in lower case.
        raw_head: The request line and all header lines but those of the connection, to be passed on as they are.
        body: All of it.
    """

    __slots__ = ("body", "headers", "method", "raw_head", "target")

    def __init__(self, method: str, target: str, headers: HeaderLines, raw_head: bytes, body: Bytes) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.raw_head = raw_head
        self.body = body

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


def read_request(reader: Reader) -> Asked | None:
    """Return the next request; none where the connection has ended, or what came is not HTTP."""
    try:
        lines = reader.until(b"\r\n\r\n", _LONGEST_HEAD).split(b"\r\n")
        method, _, rest = lines[0].decode("latin-1").partition(" ")
        target, _, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            return None
        headers: HeaderLines = []
        passed_on = [lines[0]]
        for line in lines[1:]:
            given, _, value = line.partition(b":")
            name = name_of(given.decode("latin-1"))
            if name is None:
                return None
            headers.append((name, _text(value).strip(" \t")))
            if name not in ("connection", "keep-alive", "transfer-encoding", "content-length", "expect"):
                passed_on.append(line)
        body = _body(reader, headers)
    except (ServiceFailure, OSError):
        return None
    if body or any(name == "content-length" for name, _ in headers):
        passed_on.append(b"content-length: %d" % len(body))
    return Asked(method, target, headers, b"\r\n".join(passed_on), body)


def reader_of(sock: socket.socket) -> Reader:
    """Return what reads the requests of one connection."""
    return Reader(sock, time.monotonic() + _AS_LONG_AS_IT_TAKES)


def _body(reader: Reader, headers: HeaderLines) -> Bytes:
    if any(name == "transfer-encoding" for name, _ in headers):
        return chunked(reader, _LARGEST_BODY)
    return reader.exactly(length_of(headers) or 0)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def head_of(status: int, headers: HeaderLines, framing: str) -> bytes:
    """Return the head of an answer; `framing` is the line that says where its body ends, or nothing."""
    lines = [f"HTTP/1.1 {status} {_PHRASE}", *(f"{name}: {value}" for name, value in headers)]
    if framing:
        lines.append(framing)
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def whole(status: int, headers: HeaderLines, body: Bytes, *, head: bool = False) -> bytes:
    """Return an answer as it goes over the wire; one to `HEAD` keeps the length that it states."""
    if head or status in NO_BODY:
        return head_of(status, headers, "")
    return head_of(status, headers, f"content-length: {len(body)}") + bytes(body)
