"""Amazon EventBridge: a rule with a schedule, and Scheduler with its default input."""

from __future__ import annotations

from typing import Any

KIND = "schedule"
SAMPLE: dict[str, Any] = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2025-10-09T08:53:20Z",
    "region": "eu-west-1",
    "resources": ["arn:aws:events:eu-west-1:123456789012:rule/nightly"],
    "detail": {},
}


def matches(event: object) -> bool:
    """Tell whether the event is a clock's."""
    return (
        isinstance(event, dict)
        and event.get("source") in ("aws.events", "aws.scheduler")
        and event.get("detail-type") == "Scheduled Event"
    )


def accepts(response: object) -> bool:
    """Nobody reads what is returned to a schedule."""
    del response
    return True
