"""API Gateway HTTP API with payload 1.0: a REST API's request under another `version`."""

from __future__ import annotations

from .rest_api import looks_like_payload_1, read, write
from .shape import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event


def _recognises(event: Event, _request_context: dict[str, Any]) -> bool:
    return (
        event.get("version") == "1.0" and looks_like_payload_1(event) and isinstance(event.get("requestContext"), dict)
    )


SHAPE = Shape("http-api-1.0", _recognises, read, write, gateway=True, mapped=True)
