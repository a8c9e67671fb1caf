"""Changes to AWS IoT."""

from __future__ import annotations
