"""How long something lasts, and when it is, as a person reads it; planner and screens say it alike."""

from __future__ import annotations

from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNITS = ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s"))


def duration(seconds: float) -> str:
    """Return a duration in seconds as ``0.4 s``, ``12 s``, ``15 min``, ``1 h 30 min``, ``14 d``."""
    for unit, name, smaller, small_name in _UNITS:
        if seconds >= unit:
            whole, rest = divmod(int(seconds), unit)
            small = rest // smaller
            return f"{whole} {name} {small} {small_name}" if small else f"{whole} {name}"
    return f"{seconds:.0f} s" if seconds >= 1 or seconds == 0 else f"{seconds:.1f} s"


def moment(time: float) -> str:
    """Return a time, in seconds since the epoch, as ``2026-03-01 12:00 UTC``."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M} UTC"
