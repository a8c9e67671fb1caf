"""Hands an answer of the service on while it comes, where the adapter streams."""

from __future__ import annotations

from .. import balancer
from ..failures import ServiceConnectionLost
from ..headers import outbound
from ..message import Answer
from ..stepwise import LONGEST_LINE, after_a_chunk, after_chunks, chunk_size, final_head, length_of
from ..wire import NO_BODY
from .wire import head_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from ..message import Bytes, HeaderLines
    from ..wire import Reader

_PIECE = 65_536
_LARGEST_OF_THEIRS = 1_000_000


class Passing:
    """Reads an answer and hands it on; what a load balancer answers, or a service that refuses us, it only reads.

    Attributes:
        begun: Whether anything was handed on: nothing else can be answered any more.
        finished: Whether all of it was.

    Args:
        sock: The adapter's connection.
        excluded: Names of headers to leave out.
    """

    def __init__(self, sock: socket.socket, excluded: frozenset[str]) -> None:
        self._sock = sock
        self._excluded = excluded
        self.begun = False
        self.finished = False

    def __call__(self, reader: Reader, method: str, most: int) -> tuple[Answer, bool]:
        """Do what :func:`..answer.read_answer` does; the body is empty where it was handed on."""
        del most  # Lambda limits what is streamed
        status, headers, reusable = final_head(reader)
        answer = Answer(status, headers, b"")
        head = method == "HEAD"
        empty = head or status in NO_BODY
        if balancer.refusal(answer) is not None or balancer.answered(answer):
            if not empty:
                answer.body = b"".join(_up_to(_pieces(reader, headers), _LARGEST_OF_THEIRS))
            return answer, False
        self.begun = True
        lines = outbound(headers, head=head, excluded=self._excluded, as_served=True)
        self._sock.sendall(head_of(status, lines, "" if empty else "transfer-encoding: chunked"))
        if not empty:
            for piece in _pieces(reader, headers):
                self._sock.sendall(b"%x\r\n%b\r\n" % (len(piece), bytes(piece)))
            self._sock.sendall(b"0\r\n\r\n")
        self.finished = True
        framed = empty or any(name in ("content-length", "transfer-encoding") for name, _ in headers)
        return answer, reusable and framed and reader.empty


def _pieces(reader: Reader, headers: HeaderLines) -> Iterator[Bytes]:
    """Yield a body as it comes, whatever its framing."""
    if any(name == "transfer-encoding" for name, _ in headers):
        while True:
            size = chunk_size(reader.until(b"\r\n", LONGEST_LINE))
            if size == 0:
                break
            yield from _so_many(reader, size)
            after_a_chunk(reader)
        after_chunks(reader)
        return
    length = length_of(headers)
    if length is not None:
        yield from _so_many(reader, length)
        return
    while True:
        piece = reader.some(_PIECE)
        if not piece:
            return
        yield piece


def _so_many(reader: Reader, count: int) -> Iterator[Bytes]:
    while count:
        piece = reader.some(min(count, _PIECE))
        if not piece:
            raise ServiceConnectionLost("the connection ended before the answer did", answered=True)
        count -= len(piece)
        yield piece


def _up_to(pieces: Iterator[Bytes], most: int) -> Iterator[Bytes]:
    for piece in pieces:
        yield piece
        most -= len(piece)
        if most <= 0:
            return
