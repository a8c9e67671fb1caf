"""Everything else: whatever somebody invokes the function with."""

from __future__ import annotations

from typing import Any

KIND = "direct"
SAMPLE: dict[str, Any] = {"task": "rebuild-index"}


def matches(event: object) -> bool:
    """Anything is a direct call, so this comes last."""
    del event
    return True


def accepts(response: object) -> bool:
    """The caller knows what it wants."""
    del response
    return True
