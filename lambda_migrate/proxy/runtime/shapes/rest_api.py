"""API Gateway REST API (payload 1.0 of the proxy integration)."""

from __future__ import annotations

from ..headers import lines_of
from ..message import Parts
from ..target import query_from_decoded
from .shape import Shape, grouped, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event, Reply


def looks_like_payload_1(event: Event) -> bool:
    """Return whether the fields are there that every payload 1.0 has."""
    return isinstance(event.get("httpMethod"), str) and isinstance(event.get("path"), str)


def _recognises(event: Event, _request_context: dict[str, Any]) -> bool:
    return looks_like_payload_1(event) and isinstance(event.get("requestContext"), dict)


def _recognises_without_context(event: Event, _request_context: dict[str, Any]) -> bool:
    return looks_like_payload_1(event) and event.get("requestContext") is None


def read(event: Event) -> Parts:
    """Take the request out of a payload 1.0: the path is encoded, the query is decoded."""
    request_context = mapping(event.get("requestContext"))
    return Parts(
        method=event.get("httpMethod"),
        path=event.get("path"),
        query=query_from_decoded(event.get("multiValueQueryStringParameters"), event.get("queryStringParameters")),
        headers=lines_of(event),
        body=event.get("body"),
        encoded=event.get("isBase64Encoded"),
        client=mapping(request_context.get("identity")).get("sourceIp"),
        domain=request_context.get("domainName"),
    )


def write(reply: Reply, _event: Event) -> dict[str, Any]:
    """Put all headers into the one map with lists: given both, API Gateway merges them. It refuses unknown keys."""
    return {
        "statusCode": reply.status,
        "multiValueHeaders": grouped(reply.headers),
        "body": reply.body,
        "isBase64Encoded": reply.encoded,
    }


SHAPE = Shape("rest-api", _recognises, read, write, gateway=True, mapped=True)
# what the console's test button and hand-written test events send
WITHOUT_CONTEXT = Shape("rest-api", _recognises_without_context, read, write, gateway=True, mapped=True)
