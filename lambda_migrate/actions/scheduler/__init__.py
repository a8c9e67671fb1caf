"""Actions that change EventBridge Scheduler."""

from __future__ import annotations
