"""One HTTP request, sent exactly as written, and all that came back."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import Any

from tests.support.waiting import TIMEOUT

VARYING = (
    "date",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-amz-apigw-id",
    "apigw-requestid",
    "x-amz-request-id",
    "x-amz-id-2",
)
"""Response headers that differ between any two requests: when and under which number AWS answered."""


@dataclass(frozen=True)
class Request:
    """What a client sends.

    Attributes:
        target: Path and query, as they stand on the wire.
        headers: Lines in order, beside ``host`` and ``content-length``.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What a client receives; header names are in lower case, each line its own entry, sorted by name."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def send(port: int, prefix: str, request: Request) -> Answer:
    """Send a request to this machine.

    Args:
        port: Where.
        prefix: Stands in front of the path: the front door's address.
        request: What.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.putrequest(request.method, prefix + request.target, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value)
        if request.body:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body or None)
        answer = connection.getresponse()
        lines = [(name.lower(), value) for name, value in answer.getheaders()]
        kept = sorted((line for line in lines if line[0] not in VARYING), key=lambda line: line[0])
        return Answer(answer.status, tuple(kept), answer.read())
    finally:
        connection.close()


def comparable(document: Any, names: dict[str, str]) -> Any:
    """Return a JSON document without what differs between any two deliveries.

    Args:
        document: What was seen.
        names: Names and ids of the resources in front of one version, and what they stand for.
    """
    if isinstance(document, dict):
        return {
            name: f"<{type(value).__name__}>" if name.lower() in INDIVIDUAL else comparable(value, names)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [comparable(value, names) for value in document]
    if isinstance(document, str):
        for name in sorted(names, key=len, reverse=True):
            document = document.replace(name, names[name])
    return document


def differing(before: Any, after: Any, place: str = "") -> dict[str, tuple[Any, Any]]:
    """Return where two documents differ: by place, what was there before and after."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            found: values
            for name in before | after
            for found, values in differing(
                before.get(name, "<none>"), after.get(name, "<none>"), f"{place}/{name}"
            ).items()
        }
    same = (type(before), before) == (type(after), after)
    return {} if same else {place: (before, after)}


INDIVIDUAL = frozenset(
    {
        # ids that AWS gives to each request, event, message or environment
        *("requestid", "extendedrequestid", "aws_request_id", "log_stream_name", "x-amzn-trace-id"),
        # when it did so
        *("time", "timeepoch", "requesttime", "requesttimeepoch"),
        # of a message in a queue: each of the two queues has its own copy
        *("messageid", "receipthandle", "senttimestamp", "approximatefirstreceivetimestamp"),
    }
)
"""Fields, in lower case, that are an id or a time of one delivery; compared are their presence and type."""
