"""The orders service."""

from __future__ import annotations
