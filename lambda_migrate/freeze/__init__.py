"""The code freeze: what the function was when it began, who changed it since, and how to keep others from it."""

from __future__ import annotations

from lambda_migrate.freeze.check import ForeignChange, check, frozen
from lambda_migrate.freeze.snapshot import Snapshot

__all__ = ["ForeignChange", "Snapshot", "check", "frozen"]
