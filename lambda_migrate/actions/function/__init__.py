"""Changes to the function itself: code, versions, aliases, permissions."""

from __future__ import annotations
