"""Numbers as a person reads them."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60, 3600, 86_400
KILOBYTE = 1024


def duration(seconds: float) -> str:
    """Return a duration: ``0.4 s``, ``12 s``, ``15 min``, ``1 h 30 min``, ``14 d``."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s" if seconds >= 1 or seconds == 0 else f"{seconds:.1f} s"
    for unit, name, smaller, small_name in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s")):
        if seconds >= unit:
            whole, rest = divmod(int(seconds), unit)
            small = rest // smaller
            return f"{whole} {name} {small} {small_name}" if small else f"{whole} {name}"
    return f"{seconds:.0f} s"


def size(count: int) -> str:
    """Return a number of bytes: ``812 B``, ``31 KB``, ``4.2 MB``."""
    if count < KILOBYTE:
        return f"{count} B"
    if count < KILOBYTE * KILOBYTE:
        return f"{count / KILOBYTE:.0f} KB"
    return f"{count / KILOBYTE / KILOBYTE:.1f} MB"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return ``1 step``, ``2 steps``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
