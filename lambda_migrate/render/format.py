"""Numbers as a person reads them."""

from __future__ import annotations

from lambda_migrate.durations import duration

KILOBYTE = 1024


def size(count: int) -> str:
    """Return a number of bytes: ``812 B``, ``31 KB``, ``4.2 MB``, ``8.0 GB``."""
    if count < KILOBYTE:
        return f"{count} B"
    if count < KILOBYTE * KILOBYTE:
        return f"{count / KILOBYTE:.0f} KB"
    megabytes = count / KILOBYTE / KILOBYTE
    return f"{megabytes:.1f} MB" if megabytes < KILOBYTE else f"{megabytes / KILOBYTE:.1f} GB"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return ``1 step``, ``2 steps``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


__all__ = ["counted", "duration", "size"]
