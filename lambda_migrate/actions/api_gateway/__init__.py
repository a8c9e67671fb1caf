"""Changes to API Gateway."""

from __future__ import annotations
