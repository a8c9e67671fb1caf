"""How long something lasts, as a person reads it; planner and screens say it alike."""

from __future__ import annotations

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
