"""Changes to EventBridge Pipes."""

from __future__ import annotations
