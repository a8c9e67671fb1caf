"""Reads one answer, in the way that costs least for the way in which it came."""

from __future__ import annotations

from .wire import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Answer
    from .wire import Reader


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
    complete = whole(reader.glance(), method, most)
    if complete is not None:
        return complete, True
    from .stepwise import read  # noqa: PLC0415  # most answers come whole: a cold start must not pay for the others

    return read(reader, method, most)
