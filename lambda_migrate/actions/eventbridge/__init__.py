"""Changes to EventBridge."""

from __future__ import annotations
