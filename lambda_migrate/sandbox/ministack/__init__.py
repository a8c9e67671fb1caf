"""What the sandbox adds to MiniStack."""

from __future__ import annotations
