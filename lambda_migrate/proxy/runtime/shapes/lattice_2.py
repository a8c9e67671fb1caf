"""VPC Lattice, event version 2.0."""

from __future__ import annotations

from ..headers import each_value
from ..message import Parts
from ..target import query_as_sent, query_from_decoded
from .shape import Shape, grouped, last_forwarded_for, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply


def _recognises(event: Event, request_context: dict[str, Any]) -> bool:
    return (
        event.get("version") == "2.0"
        and isinstance(event.get("method"), str)
        and ("serviceArn" in request_context or "targetGroupArn" in request_context)
    )


def _read(event: Event) -> Parts:
    headers = each_value(mapping(event.get("headers")).items())
    identity = mapping(mapping(event.get("requestContext")).get("identity"))
    path, question_mark, query = text(event.get("path")).partition("?")
    return Parts(
        method=event.get("method"),
        path=path,
        query=query_as_sent(query) if question_mark else query_from_decoded(event.get("queryStringParameters")),
        headers=headers,
        body=event.get("body"),
        encoded=event.get("isBase64Encoded"),
        client=text(identity.get("sourceIp")) or last_forwarded_for(headers),
    )


def _write(reply: Reply, _event: Event) -> dict[str, Any]:
    """Answer with one value per header; only cookies, which cannot be joined, go as a list."""
    headers: dict[str, Any] = {
        name: values if name == "set-cookie" and len(values) > 1 else ",".join(values)
        for name, values in grouped(reply.headers).items()
    }
    return {"statusCode": reply.status, "headers": headers, "body": reply.body, "isBase64Encoded": reply.encoded}


SHAPE = Shape("lattice-2.0", _recognises, _read, _write, header_limit=32_768)
