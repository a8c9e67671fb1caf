"""Function URL: payload 2.0 without API Gateway, its time limit and its decoded path."""

from __future__ import annotations

from .http_api_2 import read, write
from .shape import Shape, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..message import Event


def _recognises(event: Event, request_context: dict[str, Any]) -> bool:
    return (
        event.get("version") == "2.0"
        and isinstance(request_context.get("http"), dict)
        and ".lambda-url." in text(request_context.get("domainName"))
    )


SHAPE = Shape("function-url", _recognises, read, write, mapped=True)
