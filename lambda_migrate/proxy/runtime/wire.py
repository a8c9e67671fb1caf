"""Reads one HTTP/1.1 answer from a socket (RFC 9112), strictly, and never past the deadline.

The standard library's client has no absolute deadline (each dripped byte restarts its timeout), cannot tell whether a
byte of the answer has arrived, and costs several times what the rest of the proxy does.
"""

from __future__ import annotations

import time

from .characters import DIGITS
from .failures import ServiceAnswerTooLarge, ServiceConnectionLost, ServiceProtocolError, ServiceTimeout
from .headers import is_token
from .message import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from .message import Bytes, HeaderLines

_CHUNK = 65_536
_MOST_NAMES = 512
_LONGEST_NAME = 64
# services answer with the same names again and again
_known_names: dict[str, str] = {}
LONGEST_NUMBER = 15  # digits
NO_BODY = (204, 304)
_WELL = (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4")


class Reader:
    """What has arrived on a socket, in order."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._buffer = bytearray()
        self.answered = False

    @property
    def empty(self) -> bool:
        """Whether everything that arrived was also read."""
        return not self._buffer

    def glance(self) -> bytes:
        """Return what there is, without reading it, having waited for something if there was nothing."""
        if not self._buffer and not self._receive():
            raise self._cut_off()
        return bytes(self._buffer)

    def until(self, mark: bytes, most: int) -> bytes:
        """Return what stands before the mark, and step over both."""
        searched = 0
        while True:
            end = self._buffer.find(mark, searched)
            if end > most or (end < 0 and len(self._buffer) > most):
                raise ServiceProtocolError("a line or head of the answer is too long")
            if end >= 0:
                content = bytes(self._buffer[:end])
                del self._buffer[: end + len(mark)]
                return content
            searched = max(0, len(self._buffer) - len(mark) + 1)
            if not self._receive():
                raise self._cut_off()

    def exactly(self, count: int) -> Bytes:
        """Return the next `count` bytes; memory is needed once."""
        if count <= len(self._buffer):
            taken = self._buffer[:count]
            del self._buffer[:count]
            return taken
        body = bytearray(count)
        filled = len(self._buffer)
        body[:filled] = self._buffer
        self._buffer.clear()
        with memoryview(body) as view:
            while filled < count:
                self._wait_no_longer_than_the_deadline()
                received = self._sock.recv_into(view[filled:])
                if not received:
                    raise self._cut_off()
                filled += received
        return body

    def some(self, most: int) -> Bytes:
        """Return at most `most` bytes of what there is, having waited for something; none at the end."""
        if not self._buffer:
            self._receive()
        taken = self._buffer[:most]
        del self._buffer[: len(taken)]
        return taken

    def until_closed(self, most: int) -> Bytes:
        """Return everything up to the end of the connection."""
        while self._receive():
            if len(self._buffer) > most:
                raise ServiceAnswerTooLarge(f"more than {most} bytes")
        body, self._buffer = self._buffer, bytearray()
        return body

    def _receive(self) -> bool:
        self._wait_no_longer_than_the_deadline()
        received = self._sock.recv(_CHUNK)
        if received:
            self.answered = True
            self._buffer += received
        return bool(received)

    def _wait_no_longer_than_the_deadline(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ServiceTimeout("the answer was not complete in time")
        self._sock.settimeout(left)

    def _cut_off(self) -> ServiceConnectionLost:
        return ServiceConnectionLost("the connection ended before the answer did", answered=self.answered)


def whole(raw: bytes, method: str, most: int) -> Answer | None:
    """Return an answer that has come in one piece, None for one of any other kind, which is read step by step.

    It is what services send nearly always, and one function for all of it takes two thirds of the time.
    """
    end = raw.find(b"\r\n\r\n")
    head = raw[:end]
    if end < 0 or method == "HEAD" or not head.isascii() or not head.startswith(_WELL):
        return None
    text = head.decode("ascii")
    status_line, *lines = text.split("\r\n")
    code = status_line[9:12]
    if (
        "\x00" in text
        or text.count("\r") > len(lines)
        or text.count("\n") > len(lines)
        or not DIGITS.issuperset(code)
        or status_line[12:13] not in ("", " ")
    ):
        return None
    headers: HeaderLines = []
    length = ""
    for line in lines:
        given, colon, value = line.partition(":")
        name = _known_names.get(given) or name_of(given)
        value = value.strip(" \t")
        ends = name == "connection" and value.lower() != "keep-alive"
        if name is None or not colon or ends or name == "transfer-encoding":
            return None
        if name == "content-length":
            if length or not value.isdigit() or len(value) > LONGEST_NUMBER:
                return None
            length = value
        headers.append((name, value))
    status = int(code)
    if not length or status in NO_BODY or int(length) > most or end + 4 + int(length) != len(raw):
        return None
    return Answer(status, headers, raw[end + 4 :])


def name_of(given: str) -> str | None:
    """Return a header's name in lower case and remember it; none if it is not a token.

    Blanks behind it are to be removed (RFC 9112, 5.1).
    """
    known = _known_names.get(given)
    if known is not None:
        return known
    name = given.rstrip(" \t").lower()
    if not is_token(name):
        return None
    if len(_known_names) < _MOST_NAMES and len(given) <= _LONGEST_NAME:
        _known_names[given] = name
    return name
