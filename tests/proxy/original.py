"""The function as it was before the proxy came."""

from __future__ import annotations

from typing import Any


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Say who answered, and what was asked."""
    return {"answered by": "original", "event": event, "request": context.aws_request_id}
