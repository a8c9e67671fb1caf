"""The values that travel through the proxy, from event to request and from answer to result.

Plain classes throughout the runtime: at every cold start, importing `typing` or `dataclasses` would cost more than all
that they save.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Union

    Event = dict[str, Any]
    HeaderLines = list[tuple[str, str]]
    Bytes = Union[bytes, bytearray]


class Parts:
    """What a shape reads out of its event, still as AWS wrote it: any value may be of any JSON type."""

    __slots__ = ("body", "client", "domain", "encoded", "headers", "method", "path", "query")

    def __init__(
        self,
        *,
        method: Any,
        path: Any,
        query: str,
        headers: list[tuple[str, Any]],
        body: Any,
        encoded: Any,
        client: Any,
        domain: Any = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.encoded = encoded
        self.client = client
        self.domain = domain


class Request:
    """The HTTP request that the client sent.

    Attributes:
        method: As the client wrote it.
        target: In origin form, ASCII, query included.
        headers: One line per value, names in lower case, without `host` and without what belongs to a connection only.
        body: The decoded bytes.
        client: The client's address from the field that the client cannot forge, if the event has one.
        host: The `Host` that the client asked for, if the event has one.
        warning: What of the event the request cannot express.
    """

    __slots__ = ("body", "client", "headers", "host", "method", "target", "warning")

    def __init__(
        self,
        method: str,
        target: str,
        headers: HeaderLines,
        body: bytes = b"",
        client: str | None = None,
        host: str | None = None,
        warning: str | None = None,
    ) -> None:
        self.warning = warning
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.client = client
        self.host = host


class Message:
    """A request ready for the wire. `render` gives a freshly signed head for each attempt."""

    __slots__ = ("body", "method", "render")

    def __init__(self, method: str, render: Callable[[], bytes], body: bytes) -> None:
        self.method = method
        self.render = render
        self.body = body


class Answer:
    """What the service answered.

    Attributes:
        status: Its status.
        headers: One line per value, names in lower case.
        named: The names of the headers, each with its last value: most questions are about headers that are not there.
        body: The raw bytes.
        repeated: An earlier attempt may have been received, whatever the answer to this one says.
    """

    __slots__ = ("body", "headers", "named", "repeated", "status")

    def __init__(self, status: int, headers: HeaderLines, body: Bytes) -> None:
        self.status = status
        self.headers = headers
        self.named = dict(headers)
        self.body = body
        self.repeated = False


class Reply:
    """An answer ready to be put into the shape that the caller of the function expects."""

    __slots__ = ("body", "encoded", "headers", "status")

    def __init__(self, status: int, headers: HeaderLines, body: str, *, encoded: bool) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.encoded = encoded
