"""Reads an answer that did not come whole, step by step: chunks, interim answers, long bodies (RFC 9112)."""

from __future__ import annotations

from .characters import DIGITS, HEXADECIMAL
from .failures import ServiceAnswerTooLarge, ServiceProtocolError
from .message import Answer
from .wire import LONGEST_NUMBER, NO_BODY, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Bytes, HeaderLines
    from .wire import Reader

    Head = tuple[int, HeaderLines, bool]  # status, headers, whether the connection may be used again

_LONGEST_HEAD = 131_072
LONGEST_LINE = 8_192
_INTERIM_ANSWERS = 16
_HEXADECIMAL_BYTES = frozenset(map(ord, HEXADECIMAL))
_FRAMING = ("content-length", "transfer-encoding")
_SWITCHING_PROTOCOLS = 101
_FIRST_FINAL = 200
_LAST = 599


def read(reader: Reader, method: str, most: int) -> tuple[Answer, bool]:
    """Return the answer, and whether the connection may be used again; see :func:`.answer.read_answer`.

    Raises:
        ServiceFailure: The answer is late, cut off, too large or not HTTP.
        OSError: The connection broke.
    """
    status, headers, reusable = final_head(reader)
    if method == "HEAD" or status in NO_BODY:
        # an answer that announces a body may be followed by it all the same, in front of the next answer
        announced = any(line[0] in _FRAMING and line[1] != "0" for line in headers)
        return Answer(status, headers, b""), reusable and reader.empty and not announced
    coding = [value.lower() for name, value in headers if name == "transfer-encoding"]
    if coding:
        if coding != ["chunked"]:
            raise ServiceProtocolError("the answer has an unknown transfer encoding")
        # a length beside it contradicts it: the chunks are right (RFC 9112, 6.3), but the sender is not trusted again
        reusable = reusable and all(name != "content-length" for name, _ in headers)
        return Answer(status, headers, chunked(reader, most)), reusable and reader.empty
    length = length_of(headers)
    if length is None:
        return Answer(status, headers, reader.until_closed(most)), False
    if length > most:
        raise ServiceAnswerTooLarge(f"{length} bytes")
    return Answer(status, headers, reader.exactly(length)), reusable and reader.empty


def final_head(reader: Reader) -> Head:
    """Return status, headers and whether the connection may be used again, of the first answer that is not interim."""
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
        name = name_of(given)
        value = value.strip(" \t")
        if name is None or not colon:
            raise ServiceProtocolError("the answer has an invalid header")
        headers.append((name, value))
        if name == "connection":
            options.extend([option.strip() for option in value.lower().split(",")])
    # HTTP/1.0 has no chunks: who sends them all the same is not trusted again (RFC 9112, 6.1)
    kept = version == "HTTP/1.1" or (
        "keep-alive" in options and all(line[0] != "transfer-encoding" for line in headers)
    )
    return status, headers, kept and "close" not in options


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


def length_of(headers: HeaderLines) -> int | None:
    """Return the length that headers state, if they do."""
    values = {part.strip(" \t") for name, value in headers if name == "content-length" for part in value.split(",")}
    if not values:
        return None
    value = values.pop()
    if values or not 0 < len(value) <= LONGEST_NUMBER or not DIGITS.issuperset(value):
        raise ServiceProtocolError("the answer contradicts itself about its length")
    return int(value)


def chunked(reader: Reader, most: int) -> Bytes:
    """Return a body that comes in chunks."""
    body = bytearray()
    while True:
        size = chunk_size(reader.until(b"\r\n", LONGEST_LINE))
        if len(body) + size > most:
            raise ServiceAnswerTooLarge(f"more than {most} bytes")
        if size == 0:
            break
        body += reader.exactly(size)
        after_a_chunk(reader)
    after_chunks(reader)
    return body


def after_a_chunk(reader: Reader) -> None:
    """Step over the end of a chunk."""
    if reader.until(b"\r\n", LONGEST_LINE):
        raise ServiceProtocolError("the answer has a chunk longer than its size")


def after_chunks(reader: Reader) -> None:
    """Step over what follows the last chunk."""
    trailers = 0
    while True:
        line = reader.until(b"\r\n", LONGEST_LINE)
        if not line:
            return
        trailers += len(line)
        if trailers > _LONGEST_HEAD:
            raise ServiceProtocolError("the answer has too many trailers")


def chunk_size(line: bytes) -> int:
    """Return the size that the first line of a chunk states."""
    size = line.partition(b";")[0].rstrip(b" \t")
    # a line feed within an extension is the end of the line to others (RFC 9112, 2.2)
    if not 0 < len(size) <= LONGEST_NUMBER or not _HEXADECIMAL_BYTES.issuperset(size) or b"\n" in line:
        raise ServiceProtocolError("the answer has a chunk without a size")
    return int(size, 16)
