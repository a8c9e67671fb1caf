"""The kinds of events, in the order in which they are recognised: the first that fits wins.

The order matters where shapes overlap: an authorizer's or a destination's event has a `requestContext` too, a WebSocket
handshake carries HTTP fields, and a REST event behind a base path mapping carries a `rawPath`.
"""

from __future__ import annotations

from . import alb, edge, function_url, http_api_1, http_api_2, lattice_1, lattice_2, no_request, rest_api

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .shape import Shape

SHAPES: tuple[Shape, ...] = (
    alb.SHAPE,
    no_request.AUTHORIZER,
    no_request.DESTINATION,
    no_request.APPSYNC,
    lattice_2.SHAPE,
    no_request.WEBSOCKET,
    function_url.SHAPE,
    http_api_2.SHAPE,
    http_api_1.SHAPE,
    rest_api.SHAPE,
    edge.SHAPE,
    lattice_1.SHAPE,
    rest_api.WITHOUT_CONTEXT,
)


def classify(event: Any) -> Shape:
    """Return the shape of an event: any JSON value, however odd, has one."""
    if not isinstance(event, dict):
        return no_request.OTHER
    context = event.get("requestContext")
    request_context = context if isinstance(context, dict) else {}
    for shape in SHAPES:
        if shape.recognises(event, request_context):
            return shape
    return no_request.OTHER
