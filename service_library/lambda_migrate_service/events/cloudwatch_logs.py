"""Amazon CloudWatch Logs: a compressed batch of a log group's subscription."""

from __future__ import annotations

from typing import Any

KIND = "cloudwatch_logs"
SAMPLE: dict[str, Any] = {"awslogs": {"data": "H4sIAAAAAAAC/6tWKkktLlGyUlAqS8wpTQUAPmv2bA8AAAA="}}


def matches(event: object) -> bool:
    """Tell whether the event is a batch of log lines."""
    logs = event.get("awslogs") if isinstance(event, dict) else None
    return isinstance(logs, dict) and "data" in logs


def accepts(response: object) -> bool:
    """Nobody reads what is returned to a log subscription."""
    del response
    return True
