"""Events that are not HTTP requests but could be taken for one, and everything else."""

from __future__ import annotations

from .shape import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event


def _authorizer(event: Event, _request_context: dict[str, Any]) -> bool:
    return event.get("type") in ("REQUEST", "TOKEN") and ("methodArn" in event or "routeArn" in event)


def _destination(_event: Event, request_context: dict[str, Any]) -> bool:
    return "functionArn" in request_context and "condition" in request_context


def _appsync(event: Event, request_context: dict[str, Any]) -> bool:
    """Look for GraphQL. `operationName` alone is none: REST APIs made from OpenAPI tell their `operationId` so."""
    return (
        "authorizationToken" in event
        or "queryString" in request_context
        or ("operationName" in request_context and "httpMethod" not in event and "http" not in request_context)
    )


def _websocket(_event: Event, request_context: dict[str, Any]) -> bool:
    return "connectionId" in request_context and request_context.get("eventType") in (
        "CONNECT",
        "MESSAGE",
        "DISCONNECT",
    )


def _anything(_event: Event, _request_context: dict[str, Any]) -> bool:
    return True


AUTHORIZER = Shape("authorizer", _authorizer)  # answers with a policy
DESTINATION = Shape("destination", _destination)
APPSYNC = Shape("appsync", _appsync)
WEBSOCKET = Shape("websocket", _websocket)  # answers with a status, but there is no request to replay
OTHER = Shape("event", _anything)
