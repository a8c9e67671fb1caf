"""Reads one HTTP/1.1 answer from a socket (RFC 9112), strictly, and never past the deadline.

The standard library's client has no absolute deadline (each dripped byte restarts its timeout), cannot tell whether a
byte of the answer has arrived, and costs several times what the rest of the proxy does.
"""

from __future__ import annotations

import time

from .characters import DIGITS, HEXADECIMAL
from .failures import ServiceAnswerTooLarge, ServiceConnectionLost, ServiceProtocolError, ServiceTimeout
from .headers import is_token
from .message import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from .message import Bytes, HeaderLines

    Head = tuple[int, HeaderLines, bool]  # status, headers, whether the connection may be used again

_CHUNK = 65_536
_MOST_NAMES = 512
_LONGEST_NAME = 64
# services answer with the same names again and again
_known_names: dict[str, str] = {}
_LONGEST_HEAD = 131_072
_LONGEST_LINE = 8_192
_LONGEST_NUMBER = 15  # digits
_INTERIM_ANSWERS = 16
_HEXADECIMAL_BYTES = frozenset(map(ord, HEXADECIMAL))
_NO_BODY = (204, 304)
_WELL = (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4")
_FRAMING = ("content-length", "transfer-encoding")
_SWITCHING_PROTOCOLS = 101
_FIRST_FINAL = 200
_LAST = 599


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
                found = bytes(self._buffer[:end])
                del self._buffer[: end + len(mark)]
                return found
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


def read_answer(reader: Reader, method: str, most: int) -> tuple[Answer, bool]:
    """Return the answer, and whether the connection may be used again.

    Args:
        reader: The connection, the request having been sent.
        method: Of the request: an answer to `HEAD` has no body.
        most: The largest body to accept, in bytes.

    Raises:
        ServiceFailure: The answer is late, cut off, too large or not HTTP.
        OSError: The connection broke.
    """
    whole = _whole(reader.glance(), method, most)
    if whole is not None:
        return whole, True
    status, headers, reusable = _final_head(reader)
    if method == "HEAD" or status in _NO_BODY:
        # an answer that announces a body may be followed by it all the same, in front of the next answer
        announced = any(line[0] in _FRAMING and line[1] != "0" for line in headers)
        return Answer(status, headers, b""), reusable and reader.empty and not announced
    coding = [value.lower() for name, value in headers if name == "transfer-encoding"]
    if coding:
        if coding != ["chunked"]:
            raise ServiceProtocolError("the answer has an unknown transfer encoding")
        # a length beside it contradicts it: the chunks are right (RFC 9112, 6.3), but the sender is not trusted again
        reusable = reusable and all(name != "content-length" for name, _ in headers)
        return Answer(status, headers, _chunked(reader, most)), reusable and reader.empty
    length = _length(headers)
    if length is None:
        return Answer(status, headers, reader.until_closed(most)), False
    if length > most:
        raise ServiceAnswerTooLarge(f"{length} bytes")
    return Answer(status, headers, reader.exactly(length)), reusable and reader.empty


def _whole(raw: bytes, method: str, most: int) -> Answer | None:
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
        name = _known_names.get(given)
        value = value.strip(" \t")
        ends = name == "connection" and value.lower() != "keep-alive"
        if name is None or not colon or ends or name == "transfer-encoding":
            return None
        if name == "content-length":
            if length or not value.isdigit() or len(value) > _LONGEST_NUMBER:
                return None
            length = value
        headers.append((name, value))
    status = int(code)
    if not length or status in _NO_BODY or int(length) > most or end + 4 + int(length) != len(raw):
        return None
    return Answer(status, headers, raw[end + 4 :])


def _final_head(reader: Reader) -> Head:
    for _ in range(_INTERIM_ANSWERS):
        head = _head(reader.until(b"\r\n\r\n", _LONGEST_HEAD))
        if head[0] >= _FIRST_FINAL:
            return head
        if head[0] == _SWITCHING_PROTOCOLS:
            break
    raise ServiceProtocolError("the answer never became final")


def _head(raw: bytes) -> Head:
    try:
        text = raw.decode("utf-8")
        status_line, *lines = text.split("\r\n")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        status_line, *lines = map(_text, raw.split(b"\r\n"))
    if "\x00" in text or text.count("\r") > len(lines) or text.count("\n") > len(lines):
        raise ServiceProtocolError("the answer has an invalid header")
    version, status = _status(status_line)
    headers = []
    options = []
    for line in lines:
        given, colon, value = line.partition(":")
        name = _known_names.get(given) or _name(given)
        value = value.strip(" \t")
        if not colon:
            raise ServiceProtocolError("the answer has an invalid header")
        headers.append((name, value))
        if name == "connection":
            options.extend([option.strip() for option in value.lower().split(",")])
    # HTTP/1.0 has no chunks: who sends them all the same is not trusted again (RFC 9112, 6.1)
    kept = version == "HTTP/1.1" or (
        "keep-alive" in options and all(line[0] != "transfer-encoding" for line in headers)
    )
    return status, headers, kept and "close" not in options


def _name(given: str) -> str:
    """Return a header's name in lower case and remember it. Blanks behind it are to be removed (RFC 9112, 5.1)."""
    name = given.rstrip(" \t").lower()
    if not is_token(name):
        raise ServiceProtocolError("the answer has an invalid header")
    if len(_known_names) < _MOST_NAMES and len(given) <= _LONGEST_NAME:
        _known_names[given] = name
    return name


def _text(line: bytes) -> str:
    """Return a line as UTF-8, or as Latin-1 where it is not: each may have been written by somebody else."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _status(line: str) -> tuple[str, int]:
    version, _, rest = line.partition(" ")
    code, _, _ = rest.partition(" ")
    if version in ("HTTP/1.1", "HTTP/1.0") and len(code) == 3 and DIGITS.issuperset(code):  # noqa: PLR2004  # three digits
        status = int(code)
        if 100 <= status <= _LAST:  # noqa: PLR2004  # the first there is
            return version, status
    raise ServiceProtocolError("the answer does not begin as HTTP/1.1 does")


def _length(headers: HeaderLines) -> int | None:
    values = {part.strip(" \t") for name, value in headers if name == "content-length" for part in value.split(",")}
    if not values:
        return None
    value = values.pop()
    if values or not 0 < len(value) <= _LONGEST_NUMBER or not DIGITS.issuperset(value):
        raise ServiceProtocolError("the answer contradicts itself about its length")
    return int(value)


def _chunked(reader: Reader, most: int) -> Bytes:
    body = bytearray()
    while True:
        size = _chunk_size(reader.until(b"\r\n", _LONGEST_LINE))
        if len(body) + size > most:
            raise ServiceAnswerTooLarge(f"more than {most} bytes")
        if size == 0:
            break
        body += reader.exactly(size)
        if reader.until(b"\r\n", _LONGEST_LINE):
            raise ServiceProtocolError("the answer has a chunk longer than its size")
    trailers = 0
    while True:
        line = reader.until(b"\r\n", _LONGEST_LINE)
        if not line:
            return body
        trailers += len(line)
        if trailers > _LONGEST_HEAD:
            raise ServiceProtocolError("the answer has too many trailers")


def _chunk_size(line: bytes) -> int:
    size = line.partition(b";")[0].rstrip(b" \t")
    # a line feed within an extension is the end of the line to others (RFC 9112, 2.2)
    if not 0 < len(size) <= _LONGEST_NUMBER or not _HEXADECIMAL_BYTES.issuperset(size) or b"\n" in line:
        raise ServiceProtocolError("the answer has a chunk without a size")
    return int(size, 16)
