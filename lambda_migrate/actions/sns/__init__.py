"""Changes to SNS subscriptions."""

from __future__ import annotations
