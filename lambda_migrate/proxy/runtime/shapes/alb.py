"""Application Load Balancer, with and without multi-value headers (a setting of the target group)."""

from __future__ import annotations

from ..headers import lines_of
from ..message import Parts
from ..target import query_from_encoded
from .shape import Shape, grouped, last_forwarded_for, one_casing_each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply


def _recognises(_event: Event, request_context: dict[str, Any]) -> bool:
    return "elb" in request_context


def _read(event: Event) -> Parts:
    headers = lines_of(event)
    return Parts(
        method=event.get("httpMethod"),
        path=event.get("path"),
        query=query_from_encoded(event.get("multiValueQueryStringParameters"), event.get("queryStringParameters")),
        headers=headers,
        body=event.get("body"),
        encoded=event.get("isBase64Encoded"),
        client=last_forwarded_for(headers),
    )


def _write(reply: Reply, event: Event) -> dict[str, Any]:
    """Answer with the same kind of header map as the request came with; the balancer takes no null anywhere."""
    headers: dict[str, Any] = (
        {"multiValueHeaders": grouped(reply.headers)}
        if "multiValueHeaders" in event
        else {"headers": one_casing_each(reply.headers)}
    )
    return {"statusCode": reply.status, **headers, "body": reply.body, "isBase64Encoded": reply.encoded}


SHAPE = Shape("alb", _recognises, _read, _write, answer_limit=1_048_576, header_limit=32_768)
