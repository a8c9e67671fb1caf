"""Amazon EventBridge: an event of a bus."""

from __future__ import annotations

from typing import Any

KIND = "eventbridge"
SAMPLE: dict[str, Any] = {
    "version": "0",
    "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": "OrderPlaced",
    "source": "com.example.shop",
    "account": "123456789012",
    "time": "2025-10-09T08:53:20Z",
    "region": "eu-west-1",
    "resources": [],
    "detail": {"order": 17},
}


def matches(event: object) -> bool:
    """Tell whether the event is a bus's."""
    return isinstance(event, dict) and {"detail-type", "source", "detail"} <= event.keys()


def accepts(response: object) -> bool:
    """Nobody reads what is returned to a bus."""
    del response
    return True
