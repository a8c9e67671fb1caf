"""Changes to Step Functions."""

from __future__ import annotations
