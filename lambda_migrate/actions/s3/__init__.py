"""Changes to buckets and objects."""

from __future__ import annotations
