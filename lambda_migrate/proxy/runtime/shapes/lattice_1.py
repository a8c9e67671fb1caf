"""VPC Lattice, event version 1.0: an HTTP request without a `requestContext`."""

from __future__ import annotations

from ..headers import each_value
from ..message import Parts
from ..target import query_as_sent, query_from_decoded
from .shape import Shape, last_forwarded_for, mapping, one_casing_each, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply


def _recognises(event: Event, _request_context: dict[str, Any]) -> bool:
    return (
        isinstance(event.get("raw_path"), str)
        and isinstance(event.get("method"), str)
        and event.get("requestContext") is None
    )


def _read(event: Event) -> Parts:
    headers = each_value(mapping(event.get("headers")).items())
    path, question_mark, query = text(event.get("raw_path")).partition("?")
    return Parts(
        method=event.get("method"),
        path=path,
        query=query_as_sent(query) if question_mark else query_from_decoded(event.get("query_string_parameters")),
        headers=headers,
        body=event.get("body"),
        encoded=event.get("is_base64_encoded"),
        client=last_forwarded_for(headers),
    )


def _write(reply: Reply, _event: Event) -> dict[str, Any]:
    return {
        "statusCode": reply.status,
        "headers": one_casing_each(reply.headers),
        "body": reply.body,
        "isBase64Encoded": reply.encoded,
    }


SHAPE = Shape("lattice-1.0", _recognises, _read, _write, header_limit=32_768)
