"""What the sandbox adds to MiniStack."""

from __future__ import annotations


def install() -> None:
    """Add everything to the MiniStack of this process."""
