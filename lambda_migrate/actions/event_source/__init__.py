"""Changes to event source mappings."""

from __future__ import annotations
