"""When the proxy gives up: early enough that Lambda's own timeout, which hides the cause, never fires."""

from __future__ import annotations

import time

from .context import seconds_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .settings import ProxySettings

_SHARE = 0.05
_LEAST = 0.25
_MOST = 5.0  # longer, and work of many minutes that the function just completed would fail
_LONGEST_INVOCATION = 900.0


def deadline(context: Any, settings: ProxySettings, cap: float | None = None) -> float:
    """Return a time on the monotonic clock.

    Args:
        context: What Lambda gave the handler.
        settings: May set the margin before the end of the invocation.
        cap: The most seconds from now, if what stands in front of the function gives up earlier.
    """
    left = seconds_left(context)
    if left is None:
        left = _LONGEST_INVOCATION
    margin = settings.deadline_margin
    if margin is None:
        margin = min(_MOST, max(_LEAST, left * _SHARE))
    # a function with a very short timeout still gets half of it
    usable = left - min(margin, left / 2)
    return time.monotonic() + (usable if cap is None else min(usable, cap))
